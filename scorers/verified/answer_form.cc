#include "scorers/verified/answer_form.h"

#include <algorithm>
#include <utility>

#include "scorers/verified/limit.h"

namespace evotoken::scorers::verified {
namespace {

constexpr std::size_t kMaxElements = 64;

/// `node` with every ± as + (or every one as -, with `upper` false), ∓ the other way.
NodePtr with_sign(const NodePtr& node, bool upper) {
  if (!contains(*node, Kind::kPlusMinus)) return node;
  std::vector<NodePtr> args;
  args.reserve(node->args.size());
  for (const NodePtr& arg : node->args) args.push_back(with_sign(arg, upper));
  if (node->kind != Kind::kPlusMinus) {
    Node copy = *node;
    copy.args = std::move(args);
    return std::make_shared<const Node>(std::move(copy));
  }
  if (upper != (node->name == "pm")) args[1] = make_node(Kind::kNegate, {args[1]});
  return make_node(Kind::kAdd, std::move(args));
}

void flatten(const NodePtr& node, std::vector<NodePtr>& elements) {
  if (node->kind == Kind::kList || node->kind == Kind::kSet) {
    for (const NodePtr& arg : node->args) flatten(arg, elements);
    return;
  }
  if (elements.size() >= kMaxElements) throw LimitReached{};
  if (contains(*node, Kind::kPlusMinus)) {
    elements.push_back(with_sign(node, true));
    elements.push_back(with_sign(node, false));
  } else {
    elements.push_back(node);
  }
}

NodePtr infinity(bool negative) {
  NodePtr node = make_node(Kind::kInfinity, {});
  return negative ? make_node(Kind::kNegate, {node}) : node;
}

NodePtr interval(NodePtr low, NodePtr high, bool low_closed, bool high_closed) {
  const std::string brackets = {low_closed ? '[' : '(', high_closed ? ']' : ')'};
  return make_node(Kind::kTuple, {std::move(low), std::move(high)}, brackets);
}

bool is_less(char sign) { return sign == '<' || sign == 'L'; }
bool is_greater(char sign) { return sign == '>' || sign == 'G'; }
bool is_closed(char sign) { return sign == 'L' || sign == 'G'; }

char mirrored(char sign) {
  switch (sign) {
    case '<':
      return '>';
    case '>':
      return '<';
    case 'L':
      return 'G';
    case 'G':
      return 'L';
    default:
      return sign;
  }
}

/// x `sign` bound.
NodePtr half_line(char sign, const NodePtr& bound) {
  if (is_less(sign)) return interval(infinity(true), bound, false, is_closed(sign));
  if (is_greater(sign)) return interval(bound, infinity(false), is_closed(sign), false);
  return make_node(Kind::kUnion, {interval(infinity(true), bound, false, false),
                                  interval(bound, infinity(false), false, false)});
}

bool is_variable(const Node& node) {
  return node.kind == Kind::kSymbol || node.kind == Kind::kE || node.kind == Kind::kI ||
         node.kind == Kind::kFunction;
}

std::string variable_name(const Node& node) {
  if (node.kind == Kind::kE) return "e";
  if (node.kind == Kind::kI) return "i";
  return node.name;
}

}  // namespace

std::vector<NodePtr> flat_elements(const NodePtr& node) {
  std::vector<NodePtr> elements;
  flatten(node, elements);
  return elements;
}

bool is_collection(const Node& node) {
  return node.kind == Kind::kList || node.kind == Kind::kSet || contains(node, Kind::kPlusMinus);
}

std::optional<Range> range_of(const Node& node) {
  if (node.kind != Kind::kRelation) return std::nullopt;
  const std::string& signs = node.name;
  const bool comparison = std::all_of(signs.begin(), signs.end(), [](char sign) {
    return is_less(sign) || is_greater(sign) || sign == '!';
  });
  if (!comparison) return std::nullopt;
  const auto& sides = node.args;
  if (signs.size() == 1 && is_variable(*sides[0])) {
    return Range{variable_name(*sides[0]), half_line(signs[0], sides[1])};
  }
  if (signs.size() == 1 && is_variable(*sides[1])) {
    return Range{variable_name(*sides[1]), half_line(mirrored(signs[0]), sides[0])};
  }
  if (signs.size() != 2 || !is_variable(*sides[1])) return std::nullopt;
  const std::string name = variable_name(*sides[1]);
  if (is_less(signs[0]) && is_less(signs[1])) {
    return Range{name, interval(sides[0], sides[2], is_closed(signs[0]), is_closed(signs[1]))};
  }
  if (is_greater(signs[0]) && is_greater(signs[1])) {
    return Range{name, interval(sides[2], sides[0], is_closed(signs[1]), is_closed(signs[0]))};
  }
  return std::nullopt;
}

std::optional<Assignment> assignment_of(const Node& node) {
  if (node.kind != Kind::kRelation || node.name.size() != 1) return std::nullopt;
  if (node.name == "e") return Assignment{node.args[0], node.args[1]};
  if (node.name != "=") return std::nullopt;
  if (is_name(*node.args[0])) return Assignment{node.args[0], node.args[1]};
  if (is_variable(*node.args[1]) && node.args[1]->kind == Kind::kSymbol) {
    return Assignment{node.args[1], node.args[0]};  // 5 = x
  }
  return std::nullopt;
}

}  // namespace evotoken::scorers::verified
