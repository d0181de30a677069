/// \file
/// From the injection parameters to what every remnant releases.
#pragma once

#include "greenhalo/app/model.h"

namespace greenhalo {

/// Sets model.transport.release and model.efficiency; everything else of the model must be there.
void set_release(const Parameters& parameters, const FileContents& files, Model& model);

}  // namespace greenhalo
