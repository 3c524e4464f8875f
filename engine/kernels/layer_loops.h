// What stands between the GEMMs of a transformer layer, one read and one write each, on one thread
// of a CPU. Vectors through Highway, chosen at run time.
#pragma once

#include <c10/util/BFloat16.h>

#include "engine/kernels/layer_work.h"

namespace evotoken::kernels {

void rms_norm_rows(const RmsNormRows<float>& work);
void rms_norm_rows(const RmsNormRows<c10::BFloat16>& work);

/// `work.stepwise` is false.
void rotate_rows(const RotateRows<float>& work);
void rotate_rows(const RotateRows<c10::BFloat16>& work);

void gated_silu(const GatedSilu<float>& work);
void gated_silu(const GatedSilu<c10::BFloat16>& work);

}  // namespace evotoken::kernels
