/// \file
/// The steady state of sources that are smooth in space and time: on the grid, and exactly for layered halos.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "greenhalo/ensemble/steady_field.h"
#include "greenhalo/galaxy/frame.h"
#include "greenhalo/galaxy/source_law.h"
#include "greenhalo/grid/solver.h"

namespace greenhalo {

/// A halo with absorbing sides at a Galactocentric radius, and the sources and observer in it. The law is
/// axisymmetric, the observer at (radius, height).
struct SmoothProblem {
    Medium medium = Medium::uniform(4.0, 1.0, 1.0);  ///< up to the rates of a group and energy
    SourceLaw law;                                   ///< axisymmetric
    double radius = sun_radius;                      ///< of the observer, kpc from the axis
    double height = 0.0;                             ///< of the observer, kpc
    double side = 40.0;                              ///< where the grid ends, kpc
    SolverSettings solver;                           ///< of each group and energy
};

/// What the observer sees per source rate and per particle released, and what becomes of the particles.
struct SmoothField {
    MeanField field;         ///< at the observer
    double imbalance = 0.0;  ///< |released - lost| / released
};

/// The steady state on one grid, for one group and energy after the other.
class SteadyGrid {
  public:
    /// The axisymmetric equation in (r, z) on a grid of `cells` along r and half as many from the midplane to the
    /// boundary, the finest spacing at the observer and in the midplane. Collective, as are all functions.
    static SteadyGrid cylindrical(const Ranks& ranks, const SmoothProblem& problem, int cells);
    /// The same in (x, y, z) with `cells` along x and y and half as many along z.
    static SteadyGrid box(const Ranks& ranks, const SmoothProblem& problem, int cells);
    ~SteadyGrid();
    SteadyGrid(SteadyGrid&&) noexcept;  ///< what is left behind can only be destroyed

    /// For the factors of a group and energy.
    SmoothField solve(const Rates& rates);
    /// What the observer would see if only sources of at least an age (Myr) counted: the steady field after this
    /// time without sources. Of the rates of the last solve().
    MeanField of_age(double minimum_age);

    /// Of all solve() so far, with what is done once per grid.
    SolverCost cost() const;
    /// Of the steps of all of_age() so far.
    SolverCost cost_of_steps() const;

  private:
    struct Storage;
    explicit SteadyGrid(std::unique_ptr<Storage> storage);
    std::unique_ptr<Storage> storage_;
};

/// \{
/// Its grids, for checks before anything is computed.
Domain cylindrical_domain(const SmoothProblem& problem, int cells);
Domain box_domain(const SmoothProblem& problem, int cells);
/// \}

/// Where the grid must end at least, kpc, that absorbing sides there change n and J at the observer by less than a share of
/// them. Of a uniform disc all has to be on the grid.
double least_side(const SmoothProblem& problem, double share);

/// What a grid does not resolve.
struct Coarseness {
    std::string why;      ///< in words; empty when it resolves the problem
    std::string instead;  ///< what to do where no number of cells would help
};

/// Whether a grid resolves the problem to a relative tolerance in `<n>` and `<J_r>`, as far as that can be told beforehand.
/// `coarser` is the one that tells its error.
Coarseness coarseness(const SmoothProblem& problem, const Domain& domain, const Domain& coarser, const std::vector<Rates>& rates,
                      double tolerance);

/// kappa of the slowest of the vertical eigenmodes Z below, 1/kpc: as exp(-kappa s) a field decays in the end, at a distance s
/// from its sources. pi/2H in a uniform halo without losses.
double slowest_decay(const Medium& medium);

/// The exact steady field of a layered halo: n = sum_j Z_j(z) R_j(r), Z_j the eigenmodes of
/// (D Z')' - Gamma Z = -kappa^2 D Z with Z(+-H) = 0, and R_j by the modified Bessel functions of kappa r, with
/// R_j = 0 at `side` (in infinity without one). Relative error 1e-6 for z_g > 0.01 H, slower for a thin disc.
MeanField layered_mean_field(const Medium& medium, const SourceLaw& law, double radius, double height,
                             std::optional<double> side = std::nullopt);

}  // namespace greenhalo
