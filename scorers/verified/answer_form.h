// Rewriting of answers into the forms that are compared.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "scorers/verified/expression.h"

namespace evotoken::scorers::verified {

/// The elements of a bare list or a set, ± expanded to both signs; another answer is its own one.
/// Throws LimitReached past 64 elements.
std::vector<NodePtr> flat_elements(const NodePtr& node);

/// Is `node` a list or set, or does a ± make it one?
bool is_collection(const Node& node);

/// A variable and all values that it may have.
struct Range {
  std::string variable;
  NodePtr values;
};

/// A variable's range as its values: `3 < x \le 4` is (3,4], `x > 2` is (2,∞), `x \ne 3` two
/// intervals; nothing where `node` is no such inequality.
std::optional<Range> range_of(const Node& node);

/// A variable and what it is said to be.
struct Assignment {
  NodePtr name;
  NodePtr value;
};

/// The variable and value of "x = 5" or "x \in S"; nothing for other relations.
std::optional<Assignment> assignment_of(const Node& node);

}  // namespace evotoken::scorers::verified
