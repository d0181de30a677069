/// \file
/// Long histories of release as short lists of entries.
#pragma once

#include "greenhalo/physics/release.h"

namespace greenhalo {

/// The list of at most `count` entries with the same moments of the delay up to the order 2 count - 1: Gauss
/// quadrature with the history as its weight. Delays lie within those of the history, yields are positive.
/// For a source of effective age a, counted from the middle of a history of length T, what it replaces is an
/// integral over the release whose error falls as rho^(-2 count), rho = x + sqrt(x^2-1), x = 2a/T.
std::vector<ReleaseEntry> condense(const std::vector<ReleaseEntry>& history, std::size_t count);

/// A rate (per time) between moments, linear from each to the next, as a list of entries that integrates
/// polynomials in time up to the order `degree` exactly. `times` increase; nothing is released before the
/// first and after the last.
std::vector<ReleaseEntry> integrate_rate(const std::vector<double>& times, const std::vector<double>& rates,
                                         std::size_t degree);

}  // namespace greenhalo
