// A stream of lines in blocks of whole lines, so that a file of any size can be worked on by
// several threads and never is in memory as a whole.
#pragma once

#include <cstddef>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace evotoken::programs {

/// Opens a file to be read piece by piece. Throws DataError as read_file does.
std::ifstream open_lines(const std::filesystem::path& path);

/// Neighbouring whole lines.
struct LineBlock {
  std::string text;
  std::size_t first_line = 1;  ///< the number of its first line, counted from 1

  /// Calls `visit` with each line that is not blank, without "\n", and its number.
  void for_each_line(
      const std::function<void(std::string_view line, std::size_t number)>& visit) const;
};

/// Cuts a stream into blocks.
class LineReader {
 public:
  /// `where` opens the message of an error.
  LineReader(std::istream& stream, std::string where) : stream_(stream), where_(std::move(where)) {}

  /// The next block, of about 256 KiB or one longer line; nothing at the end. Throws DataError
  /// where the stream cannot be read on.
  std::optional<LineBlock> next();

 private:
  std::istream& stream_;
  std::string where_;
  std::string rest_;  ///< read already, the beginning of the next block
  std::size_t next_line_ = 1;
};

}  // namespace evotoken::programs
