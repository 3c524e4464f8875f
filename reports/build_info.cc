#include "reports/build_info.h"

#include "evotoken_build_info.h"  // written at build time by write_build_info.cmake

namespace evotoken::reports {

const BuildInfo& build_info() {
  static const BuildInfo kInfo{EVOTOKEN_VERSION, EVOTOKEN_GIT_COMMIT, EVOTOKEN_COMPILER,
                               EVOTOKEN_BUILD_TYPE};
  return kInfo;
}

}  // namespace evotoken::reports
