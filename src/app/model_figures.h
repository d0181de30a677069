/// \file
/// Numbers about a model that are known before anything is computed.
#pragma once

#include <vector>

#include "greenhalo/app/model.h"

namespace greenhalo {

/// A model at one energy.
struct EnergyFigures {
    double energy = 0.0;             ///< GeV
    std::vector<double> share;       ///< [nS] of the mean density; all NaN without random sources
    std::vector<double> confinement; ///< [nS] Myr, 4 H^2/(pi^2 D): the decay time of the slowest mode of the halo
    std::vector<double> missing;     ///< [nS] bound on the share that sources older than the time span would add
    std::vector<double> free_path;   ///< [nS] kpc, mean free path 3 D/c
    double minimum_age = 0.0;        ///< T_min of Blasi & Amato 2012 (3.12), Myr; NaN without random sources

    /// Whether a group makes more than 1 % of the density (any that is released, where shares are unknown).
    bool matters(std::size_t species) const { return !(share[species] <= 0.01); }
};

/// Figures at an energy of the grid. Mean densities are those of the steady state in the axisymmetric form of the law.
EnergyFigures figures_at(const Model& model, std::size_t energy);

/// Bound exp(-T (pi^2 D/4H^2 + Gamma)) on the share of a group's density that sources older than the span T would add.
double missing_share(const Model& model, std::size_t species, std::size_t energy);
/// With another span, Myr.
double missing_share(const Model& model, std::size_t species, std::size_t energy, double time_span);

}  // namespace greenhalo
