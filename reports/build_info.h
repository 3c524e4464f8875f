// Which program this is: what makes a result repeatable besides its flags.
#pragma once

#include <string>

namespace evotoken::reports {

struct BuildInfo {
  std::string version;     ///< of the project, e.g. "0.1.0"
  std::string git_commit;  ///< `git describe --always --dirty` at build time, "unknown" outside git
  std::string compiler;    ///< e.g. "GNU 12.2.0"
  std::string build_type;  ///< e.g. "Release"
};

const BuildInfo& build_info();

}  // namespace evotoken::reports
