// Which decoding rules this program was built with.
#pragma once

namespace evotoken::decoding {

/// A hash of the sources of this folder and of kernels/denois*, 16 hexadecimal digits: journals of
/// other rules are never gone on with, also while somebody tries out a decoder. (kDecoderVersion
/// stands for the rest of the engine, where few changes change a token.)
const char* rules_hash();

}  // namespace evotoken::decoding
