#include "programs/line_blocks.h"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <istream>
#include <utility>

#include "base/error.h"
#include "base/files.h"

namespace evotoken::programs {
namespace {

constexpr std::size_t kBlockBytes = std::size_t{256} << 10;

}  // namespace

std::ifstream open_lines(const std::filesystem::path& path) {
  check_readable(path);
  std::ifstream stream(path, std::ios::binary);
  // What is wrong with a path that cannot be opened is said in one place.
  if (!stream) (void)read_file(path);
  return stream;
}

void LineBlock::for_each_line(
    const std::function<void(std::string_view line, std::size_t number)>& visit) const {
  std::string_view rest = text;
  for (std::size_t number = first_line; !rest.empty(); ++number) {
    const std::size_t end = rest.find('\n');
    const std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
    if (line.find_first_not_of(" \t\r") != std::string_view::npos) visit(line, number);
  }
}

std::optional<LineBlock> LineReader::next() {
  LineBlock block{std::exchange(rest_, {}), next_line_};
  std::string& text = block.text;
  while (true) {
    const std::size_t before = text.size();
    text.resize(before + kBlockBytes);
    stream_.read(text.data() + before, static_cast<std::streamsize>(kBlockBytes));
    text.resize(before + static_cast<std::size_t>(stream_.gcount()));
    if (stream_.bad()) {
      throw DataError(fmt::format("{}: reading failed ({})", where_, std::strerror(errno)));
    }
    if (text.size() == before) break;  // the end; what is left has no end of line
    const std::size_t end = std::string_view(text).substr(before).rfind('\n');
    if (end == std::string_view::npos) continue;
    rest_ = text.substr(before + end + 1);
    text.resize(before + end + 1);
    break;
  }
  if (text.empty()) return std::nullopt;
  next_line_ += static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
  return block;
}

}  // namespace evotoken::programs
