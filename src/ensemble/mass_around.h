/// \file
/// The share of an axisymmetric source law within a distance of the observer, along the disc.
#pragma once

#include <vector>

#include "greenhalo/galaxy/source_law.h"

namespace greenhalo {

/// Integral of the surface density over the disc of radius rho around an observer.
class MassAround {
  public:
    /// Observer at a Galactocentric radius in kpc.
    MassAround(const SourceLaw& law, double radius);

    /// rho in kpc; constant beyond 40 kpc past the observer's radius. Relative error below 1e-4 for smooth
    /// laws.
    double operator()(double rho) const;

  private:
    double mean_density_at(double rho) const;

    SourceLaw law_;
    double radius_;
    std::vector<double> mass_;  ///< at multiples of the step
};

}  // namespace greenhalo
