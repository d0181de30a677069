/// \file
/// What the plane contributes to a mean over sources: the surface density of an axisymmetric law seen through
/// a Gaussian around the observer.
#pragma once

#include <array>
#include <map>

#include "greenhalo/galaxy/source_law.h"

namespace greenhalo {

/// Means over the plane, rho the distance between source and observer along the disc.
struct PlaneMean {
    double value = 0.0;   ///< integral of f exp(-rho^2/q)/(pi q), kpc^-2
    double slope = 0.0;   ///< its derivative with respect to the observer's radius, kpc^-3
    double square = 0.0;  ///< integral of f (rho^2/q) exp(-rho^2/q)/(pi q), kpc^-2
};

/// The means for an observer at a Galactocentric radius in kpc, q in kpc^2, by quadrature over the radius;
/// relative error below 1e-10 of the value where the observer is among the sources.
PlaneMean plane_mean(const SourceLaw& law, double q, double radius);

/// The same from interpolating polynomials in ln q, made when they are first asked for; what a table returns
/// does not depend on what it was asked before. Relative error below 1e-10, as for plane_mean().
class PlaneTable {
  public:
    PlaneTable(const SourceLaw& law, double radius) : law_(law), radius_(radius) {}

    PlaneMean operator()(double q) const;

  private:
    static constexpr std::size_t nodes = 18;
    using Piece =
        std::array<PlaneMean, nodes>;  ///< at the Chebyshev nodes of an interval of ln q of length 1
    const Piece& piece(int interval) const;

    SourceLaw law_;
    double radius_;
    mutable std::map<int, Piece> pieces_;
};

}  // namespace greenhalo
