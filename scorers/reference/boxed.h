// Which text of a generation the published MATH500 and Countdown parsers take for "the box".
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace evotoken::scorers::reference {

/// The text of the last box (spec: scoring.md, "MATH500"), a view into `text`:
///  - `\boxed ` (with a space) anywhere: what follows its last occurrence, up to the next `$`;
///  - else from the last `\boxed` (without any: the last `\fbox`) to where its braces balance; the
///    inside if that begins with `\boxed{`, otherwise command and all;
///  - neither command: the whole text.
/// Nothing where the braces never balance. A `}` ahead of the first `{` counts against it, as it
/// does in the published parser: `\boxed}{5}` never balances.
std::optional<std::string_view> last_box(std::string_view text);

}  // namespace evotoken::scorers::reference
