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
    const SourceLaw& law;
};

/// Writes `count` sources rounded up to a multiple of eight: positions in kpc, ages in Myr.
using DrawKernel = void (*)(const DrawRequest&, double* x, double* y, double* z, double* age);

struct DrawKernels {
    /// In the order of SourceModel; null where there is nothing to draw.
    DrawKernel of_model[source_model_count];
    /// 4 x count words of the stream: word w of counter (i, block, 0, 0) at out[w * count + i]; count a
    /// multiple of eight.
    void (*words)(const DrawRequest&, uint64_t block, uint64_t* out);
};

}  // namespace greenhalo
