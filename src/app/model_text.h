/// \file
/// A model in words.
#pragma once

#include <string>

#include "app/model_warnings.h"
#include "greenhalo/app/model.h"
#include "greenhalo/app/parameters.h"

namespace greenhalo {

/// About ten lines, each of a subject and what the model is in that respect, with the numbers that follow from the input:
/// D, the sources to expect, efficiencies. Ends with a newline.
std::string model_text(const Parameters& parameters, const Model& model, Ages ages = Ages::of_the_span);

}  // namespace greenhalo
