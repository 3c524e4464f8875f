#include "datasets/generator/held_out.h"

#include "base/hash.h"
#include "datasets/countdown.h"
#include "datasets/gsm8k.h"
#include "datasets/math500.h"
#include "datasets/svamp.h"

namespace evotoken::datasets::generator {

HeldOut::HeldOut() {
  for (const Dataset& dataset :
       {builtin_countdown(), builtin_countdown_examples(), builtin_gsm8k(),
        builtin_gsm8k_examples(), builtin_math500(), builtin_math500_examples(), builtin_svamp(),
        builtin_svamp_examples()}) {
    for (const Sample& sample : dataset.samples) builtin_.insert(content_hash(sample.question));
  }
}

bool HeldOut::contains(const std::string& question) const {
  const std::string hash = content_hash(question);
  const bool one_in_32 = hash[0] == '0' && hash[1] < '8';  // of the first byte's 256 values, 8
  return one_in_32 || builtin_.contains(hash);
}

}  // namespace evotoken::datasets::generator
