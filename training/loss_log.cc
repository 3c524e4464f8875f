#include "training/loss_log.h"

#include <fmt/format.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <utility>

#include "base/error.h"
#include "base/files.h"

namespace evotoken::training {
namespace fs = std::filesystem;

using nlohmann::ordered_json;

LossLog::LossLog(fs::path path, std::int64_t keep_updates) : path_(std::move(path)), lock_(path_) {
  std::string kept;
  if (keep_updates > 0 && fs::exists(path_)) {
    for_each_line(path_, [&](std::string_view line, std::size_t) {
      const ordered_json json = ordered_json::parse(line, nullptr, /*allow_exceptions=*/false);
      if (json.is_discarded() || json.at("update").get<std::int64_t>() > keep_updates) return;
      kept.append(line).append("\n");
    });
  }
  write_file_atomically(path_, kept);
}

void LossLog::append(const LossRecord& record) {
  ordered_json line = {{"update", record.update}, {"loss", record.loss.total}};
  if (!record.loss.stages.empty()) line["stages"] = record.loss.stages;
  line["grad_norm"] = record.grad_norm;
  line["learning_rate"] = record.learning_rate;
  line["tokens"] = record.loss.tokens;
  line["seconds"] = record.seconds;
  std::ofstream stream(path_, std::ios::app);
  stream << line.dump() << '\n' << std::flush;
  if (!stream) {
    throw DeviceError(
        fmt::format("{}: cannot be written, expected a writable folder with free "
                    "space; make room and go on with --resume",
                    path_.string()));
  }
}

}  // namespace evotoken::training
