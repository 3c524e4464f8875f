#include <map>
#include <stdexcept>

#include "base/unknown_name.h"
#include "engine/decoding/decoder.h"

namespace evotoken::decoding {
namespace {

std::map<std::string, const Decoder*, std::less<>>& registry() {
  static std::map<std::string, const Decoder*, std::less<>> decoders;
  return decoders;
}

}  // namespace

DecoderRegistration::DecoderRegistration(const Decoder& decoder) {
  if (!registry().emplace(decoder.name(), &decoder).second) {
    throw std::logic_error("decoder registered twice: " + decoder.name());
  }
}

const Decoder& find_decoder(std::string_view name) {
  const auto found = registry().find(name);
  if (found != registry().end()) return *found->second;
  throw unknown_name("--decoder", name, decoder_names());
}

std::vector<std::string> decoder_names() {
  std::vector<std::string> names;
  for (const auto& [name, decoder] : registry()) names.push_back(name);
  return names;
}

}  // namespace evotoken::decoding
