// The gold leads: what it is decides how the answer is read. An equation for a bare gold gives its
// last side, an inequality its interval, a bare answer stands for the right side of the gold.
#include "scorers/verified/answer_equality.h"

#include <algorithm>
#include <utility>

#include "scorers/verified/answer_form.h"
#include "scorers/verified/equality.h"
#include "scorers/verified/text.h"
#include "scorers/verified/units.h"

namespace evotoken::scorers::verified {
namespace {

class Comparison {
 public:
  Comparison(Budget& budget, std::vector<std::string>& flags) : budget_(budget), flags_(flags) {}

  bool equal(const NodePtr& gold, const NodePtr& answer) {
    budget_.spend(10);
    if (gold->kind == Kind::kRelation || answer->kind == Kind::kRelation) {
      return equal_relations(gold, answer);
    }
    if (is_collection(*gold) || is_collection(*answer)) return equal_collections(gold, answer);
    if (gold->kind == Kind::kUnion || answer->kind == Kind::kUnion) {
      return gold->kind == answer->kind && match_all(gold->args, answer->args);
    }
    if (gold->kind == Kind::kTuple || answer->kind == Kind::kTuple) {
      return equal_tuples(*gold, *answer);
    }
    if (gold->kind == Kind::kMatrix || answer->kind == Kind::kMatrix) {
      return gold->kind == answer->kind && gold->columns == answer->columns &&
             gold->name == answer->name && equal_in_order(gold->args, answer->args);
    }
    if (gold->kind == Kind::kBased || answer->kind == Kind::kBased) {
      return equal_based(*gold, *answer);
    }
    if (gold->kind == Kind::kText && answer->kind == Kind::kText) {
      return gold->name == answer->name;
    }
    return equal_values(*gold, *answer, budget_);
  }

 private:
  bool equal_in_order(const std::vector<NodePtr>& gold, const std::vector<NodePtr>& answer) {
    if (gold.size() != answer.size()) return false;
    for (std::size_t i = 0; i < gold.size(); ++i) {
      if (!equal(gold[i], answer[i])) return false;
    }
    return true;
  }

  std::vector<NodePtr> without_duplicates(const std::vector<NodePtr>& items) {
    std::vector<NodePtr> distinct;
    for (const NodePtr& item : items) {
      const bool seen = std::any_of(distinct.begin(), distinct.end(),
                                    [&](const NodePtr& other) { return equal(other, item); });
      if (!seen) distinct.push_back(item);
    }
    return distinct;
  }

  /// Each of the one equals one of the other, in any order. Equality is transitive, so the first
  /// partner found is as good as any.
  bool match_all(std::vector<NodePtr> gold, std::vector<NodePtr> answer) {
    gold = without_duplicates(gold);
    answer = without_duplicates(answer);
    if (gold.size() != answer.size()) return false;
    for (const NodePtr& item : gold) {
      const auto found = std::find_if(answer.begin(), answer.end(),
                                      [&](const NodePtr& other) { return equal(item, other); });
      if (found == answer.end()) return false;
      answer.erase(found);
    }
    return true;
  }

  bool equal_collections(const NodePtr& gold, const NodePtr& answer) {
    // "x = ±2" for "2, -2", "x = 1 or x = 3" for "1, 3": each element is compared by itself.
    return match_all(flat_elements(gold), flat_elements(answer));
  }

  /// A pair and an open interval are one form; the ends of an interval must match. Longer tuples
  /// have no ends, so the kind of their brackets says nothing.
  bool equal_tuples(const Node& gold, const Node& answer) {
    if (gold.kind != answer.kind) return false;
    if (gold.args.size() == 2 && gold.name != answer.name) return false;
    return equal_in_order(gold.args, answer.args);
  }

  /// Digits and base; one base may be missing, then the digits must be the same ones.
  bool equal_based(const Node& gold, const Node& answer) {
    const Node& based = gold.kind == Kind::kBased ? gold : answer;
    const Node& other = gold.kind == Kind::kBased ? answer : gold;
    if (other.kind == Kind::kBased) {
      return same_digits(based.name, other.name) && equal(based.args[0], other.args[0]);
    }
    if (other.kind != Kind::kNumber || other.number.get_den() != 1) return false;
    add_flag(flags_, "base_missing");
    return same_digits(based.name, other.number.get_num().get_str());
  }

  static bool same_digits(std::string_view a, std::string_view b) {
    const auto significant = [](std::string_view digits) {
      const std::size_t begin = digits.find_first_not_of('0');
      return begin == std::string_view::npos ? std::string_view{} : digits.substr(begin);
    };
    return significant(a) == significant(b);
  }

  bool equal_relations(const NodePtr& gold, const NodePtr& answer) {
    if (const auto range = range_of(*gold)) return equal_range(*range, answer);
    if (const auto range = range_of(*answer)) return equal_range(*range, gold);
    const bool gold_relation = gold->kind == Kind::kRelation;
    const bool answer_relation = answer->kind == Kind::kRelation;
    const auto gold_value = gold_relation ? assignment_of(*gold) : std::nullopt;
    if (gold_relation && answer_relation) {
      const auto answer_value = assignment_of(*answer);
      if (gold_value && answer_value && same_tree(*gold_value->name, *answer_value->name)) {
        if (equal(gold_value->value, answer_value->value)) return true;
      }
      return equal_equations(*gold, *answer);
    }
    add_flag(flags_, "equation");
    if (gold_relation) return gold_value && equal(gold_value->value, answer);
    return equal(gold, last_side(*answer, *gold));
  }

  /// What an equation commits to where the gold is a bare value: its last side, or the value of
  /// "5 = x". An equation "f(x) = 0" commits to nothing unless something is named that is zero.
  static NodePtr last_side(const Node& relation, const Node& gold) {
    if (const auto assignment = assignment_of(relation)) return assignment->value;
    const NodePtr& last = relation.args.back();
    const bool zero = last->kind == Kind::kNumber && last->number == 0;
    if (zero && gold.kind == Kind::kNumber && !is_closed(*relation.args.front())) {
      return make_node(Kind::kText, {}, "an equation");
    }
    return last;
  }

  static bool is_closed(const Node& node) {
    std::set<std::string> symbols;
    collect_symbols(node, symbols);
    return symbols.empty();
  }

  bool equal_range(const Range& range, const NodePtr& other) {
    if (const auto second = range_of(*other)) {
      return range.variable == second->variable && equal(range.values, second->values);
    }
    add_flag(flags_, "interval");
    if (other->kind != Kind::kRelation) return equal(range.values, other);
    const auto assignment = assignment_of(*other);
    return assignment && assignment->name->name == range.variable &&
           equal(range.values, assignment->value);
  }

  /// Equations agree up to a non-zero factor, inequalities up to a positive one.
  bool equal_equations(const Node& gold, const Node& answer) {
    if (gold.args.size() != answer.args.size()) return false;
    if (gold.args.size() > 2) {
      return gold.name == answer.name && equal_in_order(gold.args, answer.args);
    }
    const auto is_number_like = [](const NodePtr& side) {
      return side->kind != Kind::kTuple && side->kind != Kind::kSet && side->kind != Kind::kList &&
             side->kind != Kind::kMatrix && side->kind != Kind::kUnion;
    };
    const bool plain = std::all_of(gold.args.begin(), gold.args.end(), is_number_like) &&
                       std::all_of(answer.args.begin(), answer.args.end(), is_number_like);
    if (!plain || gold.name == "e") {
      return gold.name == answer.name && equal_in_order(gold.args, answer.args);
    }
    // a < b is b > a.
    const bool turned = gold.name != answer.name;
    if (turned && !is_mirrored(gold.name[0], answer.name[0])) return false;
    const auto difference = [](const Node& node, bool swap) {
      return make_node(Kind::kAdd, {node.args[swap ? 1 : 0],
                                    make_node(Kind::kNegate, {node.args[swap ? 0 : 1]})});
    };
    const bool equation = gold.name == "=" || gold.name == "!";
    return proportional(*difference(answer, turned), *difference(gold, false), !equation, budget_);
  }

  static bool is_mirrored(char a, char b) {
    return (a == '<' && b == '>') || (a == '>' && b == '<') || (a == 'L' && b == 'G') ||
           (a == 'G' && b == 'L');
  }

  Budget& budget_;
  std::vector<std::string>& flags_;
};

}  // namespace

bool equal_answers(const Answer& gold, const Answer& answer, Budget& budget,
                   std::vector<std::string>& flags) {
  if (units_conflict(gold.units, answer.units)) return false;
  if (gold.units != answer.units) add_flag(flags, "units");
  Comparison comparison(budget, flags);
  if (comparison.equal(gold.root, answer.root)) {
    if (gold.percent != answer.percent) add_flag(flags, "percent");
    return true;
  }
  if (!gold.percent || answer.percent) return false;
  // The gold carries %, the answer may be the number that it stands for: 0.1 for 10%.
  const NodePtr hundredth = make_node(Kind::kDivide, {gold.root, make_number(100)});
  if (!comparison.equal(hundredth, answer.root)) return false;
  add_flag(flags, "percent");
  return true;
}

}  // namespace evotoken::scorers::verified
