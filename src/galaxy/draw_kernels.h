/// \file
/// Drawing of sources, eight at a time.
#pragma once

#include <stdint.h>

#include "greenhalo/galaxy/source_law.h"

namespace greenhalo {

/// One request: the sources first .. first+count-1 of a stream, with ages in (age_low, age_low + age_width].
struct DrawRequest {
    uint64_t key[4];
    uint64_t first;
    int64_t count;
    double age_low, age_width;  ///< Myr
    double radial_scale;        ///< kpc: R_sun/beta, or the radius of the uniform disc
    double scale_height;        ///< kpc
};

/// Writes `count` sources rounded up to a multiple of eight: positions in kpc, ages in Myr.
using DrawKernel = void (*)(const DrawRequest&, double* x, double* y, double* z, double* age);

struct DrawKernels {
    DrawKernel cylindrical;
    DrawKernel uniform_disc;
    /// 4 x count words of the stream: word w of counter i at out[w * count + i]; count a multiple of eight.
    void (*words)(const DrawRequest&, uint64_t* out);
};

}  // namespace greenhalo
