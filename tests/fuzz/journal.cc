// A journal as it lies on disk, and the same lines with their checksums made right: mutations of a
// checksummed line would otherwise never be read.
#include "reports/journal/journal.h"

#include <string>

#include "base/error.h"
#include "base/hash.h"
#include "tests/fuzz/memory_file.h"
#include "tests/fuzz/targets.h"

namespace evotoken::fuzz {
namespace {

void read(std::string_view bytes) {
  const MemoryFile file(bytes);
  try {
    const reports::JournalContents contents = reports::read_journal(file.path());
    (void)reports::key_differences(contents.key, {{"model_hash", "a"}, {"seed", 42}});
  } catch (const DataError&) {
    // The message for the user.
  }
}

/// Each line that ends in "}" with the checksum that it should have.
std::string checksummed(std::string_view lines) {
  std::string text;
  while (!lines.empty()) {
    const std::size_t end = lines.find('\n');
    const std::string line(lines.substr(0, end));
    lines.remove_prefix(end == std::string_view::npos ? lines.size() : end + 1);
    text += line;
    if (line.ends_with('}')) {
      text.pop_back();
      text += ",\"checksum\":\"" + content_hash(line) + "\"}";
    }
    text += '\n';
  }
  return text;
}

}  // namespace

void journal(std::string_view bytes) {
  read(bytes);
  read(checksummed(bytes));
}

}  // namespace evotoken::fuzz
