// Compiled with what a folder without Torch gives its sources; must fail.
#include <ATen/ATen.h>
