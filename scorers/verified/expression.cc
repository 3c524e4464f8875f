#include "scorers/verified/expression.h"

#include <algorithm>

namespace evotoken::scorers::verified {

NodePtr make_number(mpq_class value) {
  Node node;
  node.number = std::move(value);
  return std::make_shared<const Node>(std::move(node));
}

NodePtr make_node(Kind kind, std::vector<NodePtr> args, std::string name) {
  Node node;
  node.kind = kind;
  node.args = std::move(args);
  node.name = std::move(name);
  return std::make_shared<const Node>(std::move(node));
}

bool is_name(const Node& node) {
  switch (node.kind) {
    case Kind::kSymbol:
    case Kind::kText:
    case Kind::kFunction:
    case Kind::kE:  // "e = 2" and "i = 3" name a value, too
    case Kind::kI:
      return true;
    case Kind::kMultiply:
    case Kind::kTuple:
      return std::all_of(node.args.begin(), node.args.end(),
                         [](const NodePtr& arg) { return is_name(*arg); });
    default:
      return false;
  }
}

void collect_symbols(const Node& node, std::set<std::string>& symbols) {
  if (node.kind == Kind::kSymbol || node.kind == Kind::kText) symbols.insert(node.name);
  for (const NodePtr& arg : node.args) collect_symbols(*arg, symbols);
}

bool contains(const Node& node, Kind kind) {
  return node.kind == kind || std::any_of(node.args.begin(), node.args.end(),
                                          [&](const auto& arg) { return contains(*arg, kind); });
}

bool same_tree(const Node& a, const Node& b) {
  return a.kind == b.kind && a.name == b.name && a.number == b.number && a.columns == b.columns &&
         std::equal(a.args.begin(), a.args.end(), b.args.begin(), b.args.end(),
                    [](const NodePtr& x, const NodePtr& y) { return same_tree(*x, *y); });
}

}  // namespace evotoken::scorers::verified
