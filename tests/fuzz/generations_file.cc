// The published body. Without a list for faults the first bad item throws; with one only a bad file
// does. What a gold holds is written again, as evotoken-report does.
#include "reports/generations_file.h"

#include <cstdlib>
#include <string>

#include "base/error.h"
#include "reports/plain_json.h"
#include "reports/python_json.h"
#include "tests/fuzz/targets.h"

namespace evotoken::fuzz {
namespace {

/// What the fast reader takes, the library must read too, and as the same.
void check_plain_json(std::string_view bytes) {
  const auto plain = reports::read_plain_json(bytes);
  if (!plain) return;
  const auto value = nlohmann::ordered_json::parse(bytes, nullptr, /*allow_exceptions=*/false);
  if (value.is_discarded() || value != *plain || value.dump() != plain->dump()) std::abort();
}

}  // namespace

void generations_file(std::string_view bytes) {
  try {
    std::vector<reports::ItemFault> faults;
    const auto file = reports::parse_generations(bytes, "input", &faults);
    for (const reports::ItemFault& fault : faults) {
      if (fault.index >= file.items.size()) std::abort();
    }
    for (const reports::Generation& item : file.items) {
      (void)reports::dump_python_json(item.ground_truth);
    }
  } catch (const DataError&) {
    // The message for the user.
  }
  try {
    (void)reports::parse_generations(bytes, "input");
  } catch (const DataError&) {
    // As above.
  }
  (void)reports::parse_generations_name(std::string(bytes));
  check_plain_json(bytes);
}

}  // namespace evotoken::fuzz
