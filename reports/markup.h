// Texts inside HTML and XML.
#pragma once

#include <string>
#include <string_view>

namespace evotoken::reports {

/// `text` as the content of an element or a quoted attribute: markup characters and line ends
/// become references; control characters that XML 1.0 cannot hold are dropped. Source:
/// https://www.w3.org/TR/xml/#charsets
std::string escaped_markup(std::string_view text);

}  // namespace evotoken::reports
