// A parsed answer: expressions and the forms that hold them (lists, tuples, sets, relations …).
#pragma once

#include <gmpxx.h>

#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace evotoken::scorers::verified {

enum class Kind : std::uint8_t {
  kNumber,  ///< `number`
  kSymbol,  ///< a variable `name`, e.g. "x", "x_1", "alpha"
  kPi,
  kE,  ///< Euler's number
  kI,  ///< the imaginary unit
  kInfinity,
  kAdd,        ///< all args
  kMultiply,   ///< all args
  kDivide,     ///< args[0] / args[1]
  kPower,      ///< args[0] ^ args[1]
  kNegate,     ///< -args[0]
  kRoot,       ///< the args[1]-th root of args[0]
  kFunction,   ///< `name` of args, e.g. "sin", "log" (args: x and perhaps the base), "abs"
  kPlusMinus,  ///< args[0] ± args[1]; `name` is "pm" or "mp"
  kText,       ///< words, lower case, single spaces
  kBased,      ///< digits `name` in base args[0]
  kTuple,      ///< args between `name`, two characters: "(]"
  kSet,        ///< args in braces
  kList,       ///< args between bare commas
  kUnion,      ///< all args joined
  kMatrix,     ///< args row by row, `columns` in each; `name` "matrix" or "det"
  kRelation,  ///< args between the signs in `name`: "=", "<", "L" (≤), ">", "G" (≥), "!", "e" (∈)
};

struct Node;
using NodePtr = std::shared_ptr<const Node>;

/// One node; immutable once made. How deep a tree can be is bounded by the parser.
struct Node {
  Kind kind = Kind::kNumber;
  mpq_class number;
  std::string name;
  std::vector<NodePtr> args;
  std::size_t columns = 0;
};

/// An answer with what stands around it. Units are canonical names ("cm^2", "dollar", "degree").
struct Answer {
  NodePtr root;
  std::set<std::string> units;
  bool percent = false;
  /// A comma between digits was read as a separator of thousands where a list would do too.
  bool grouped_digits = false;
};

NodePtr make_number(mpq_class value);
NodePtr make_node(Kind kind, std::vector<NodePtr> args, std::string name = {});

/// Is it a variable, a product of variables or a function or text, so that "this = value" names the
/// value?
bool is_name(const Node& node);

/// The variables of a tree.
void collect_symbols(const Node& node, std::set<std::string>& symbols);

/// Does `kind` occur anywhere in the tree?
bool contains(const Node& node, Kind kind);

/// Equal node by node.
bool same_tree(const Node& a, const Node& b);

}  // namespace evotoken::scorers::verified
