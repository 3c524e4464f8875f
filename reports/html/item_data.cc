#include <map>
#include <tuple>

#include "base/json_of.h"
#include "reports/html/page_data.h"

namespace evotoken::reports {
namespace {

using Json = nlohmann::ordered_json;

/// Numbers texts in the order they come; equal texts have one number.
class TextTableIndex {
 public:
  std::size_t index_of(const std::string& text) {
    const auto [it, is_new] = index_.try_emplace(text, index_.size());
    if (is_new) texts_.push_back(text);
    return it->second;
  }
  const Json& texts() const { return texts_; }

 private:
  std::map<std::string, std::size_t> index_;
  Json texts_ = Json::array();
};

/// The problems, each once over all cells.
class Samples {
 public:
  std::size_t index_of(const ResultRecord& record, const ItemText& text) {
    // Without a question, items are the same by their place.
    const std::string key =
        text.question.empty() && text.prompt.empty() ? std::to_string(record.index) : text.question;
    const auto [it, is_new] = index_.try_emplace({record.task, key}, samples_.size());
    if (is_new) {
      samples_.push_back({{"task", record.task},
                          {"question", text.question},
                          {"prompt", prompts_.index_of(text.prompt)},
                          {"gold", text.ground_truth},
                          {"level", text.level},
                          {"subject", text.subject},
                          {"number", json_of(text.number)}});
    }
    return it->second;
  }
  Json json(Json cells) const {
    return {{"prompts", prompts_.texts()}, {"samples", samples_}, {"cells", std::move(cells)}};
  }

 private:
  std::map<std::pair<std::string, std::string>, std::size_t> index_;
  TextTableIndex prompts_;
  Json samples_ = Json::array();
};

Json item_json(std::size_t sample, const ResultRecord& record, const ItemText& text) {
  Json item = {sample,  text.generation,    nullptr, nullptr, nullptr, nullptr, "", nullptr,
               nullptr, json_of(record.nfe)};
  if (record.reference) {
    item[2] = record.reference->answer;
    item[3] = record.reference->correct ? 1 : 0;
  }
  if (record.verified) {
    item[4] = record.verified->answer;
    item[5] = record.verified->correct ? 1 : 0;
    item[6] = record.verified->reason;
    if (!record.verified->flags.empty()) item[7] = record.verified->flags;
  }
  if (record.failed) item[8] = *record.failed;
  return item;
}

}  // namespace

Json item_data(const ReportContent& content) {
  std::map<std::tuple<std::string, std::string, std::string>, std::size_t> cell_of;
  for (const AccuracyCell& cell : content.table.cells) {
    cell_of.try_emplace({cell.directory, cell.setup, cell.task}, cell_of.size());
  }
  Json cells = Json::array();
  for (std::size_t i = 0; i < cell_of.size(); ++i) cells.push_back(Json::array());
  Samples samples;
  for (std::size_t i = 0; i < content.records.size(); ++i) {
    const ResultRecord& record = content.records[i];
    const ItemText& text = content.texts[i];
    const std::size_t cell = cell_of.at({record.directory, record.setup, record.task});
    cells[cell].push_back(item_json(samples.index_of(record, text), record, text));
  }
  return samples.json(std::move(cells));
}

}  // namespace evotoken::reports
