/// \file
/// The workload every figure of speed refers to: figure 2, right panel, of Blasi & Amato 2012.
#pragma once

#include "greenhalo/app/model.h"
#include "yardstick.h"

namespace greenhalo::benchmark_support {

/// The model of input/figure2-right.ini, with other parameters given as command-line words.
Model figure2_right(const std::vector<std::string>& words = {});

/// Sources of realization 0, `count` of them spread evenly over the catalogue.
PlainSources sample_sources(const Model& model, std::size_t count);

/// Diffusion coefficients and loss rates of all groups and energies.
void channel_tables(const Model& model, std::vector<double>& diffusion, std::vector<double>& loss);

}  // namespace greenhalo::benchmark_support
