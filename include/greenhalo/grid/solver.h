/// \file
/// Linear systems of the grid, the steady state, and steps in time.
#pragma once

#include <cstdint>
#include <memory>

#include "greenhalo/grid/diffusion_grid.h"

namespace greenhalo {

/// What conjugate gradients are preconditioned with.
enum class Preconditioner {
    multigrid,  ///< geometric, with Galerkin coarse operators
    algebraic,  ///< hypre's BoomerAMG, or PETSc's own where PETSc is without hypre
};

/// How a system is solved.
struct SolverSettings {
    Preconditioner preconditioner = Preconditioner::multigrid;  ///< of conjugate gradients
    double tolerance = 1e-10;  ///< relative residual at which conjugate gradients stop
};

/// What solving has cost so far; times in seconds of the slowest rank.
struct SolverCost {
    std::int64_t unknowns = 0,  ///< of one system
        solves = 0,             ///< systems solved
        iterations = 0;         ///< of all of them
    int most_iterations = 0,    ///< of one solve
        levels = 1;             ///< grids of the hierarchy; 0 where there is none
    double assembly = 0.0;    ///< matrices and their coarser ones
    double solving = 0.0;     ///< all solve()
    double operations = 0.0;  ///< floating-point, of all ranks while solving
    double memory = 0.0;      ///< bytes of all ranks in matrices, hierarchy and vectors, but for those of hypre

    /// Of several solvers on grids of the same size, one after the other.
    SolverCost& operator+=(const SolverCost& other);
};

/// A matrix of a grid with everything to solve it: mass V + diffusion L + loss G, where V is the volumes of cells,
/// L = -div D grad and G = Gamma with the coefficients of the grid's medium. Coefficients can be changed at little cost.
class LinearSolver {
  public:
    /// The factors of V, L and G.
    struct Coefficients {
        double mass = 0.0,    ///< of V
            diffusion = 1.0,  ///< of L
            loss = 1.0;       ///< of G
    };

    /// Collective, as are all functions; the grid must outlive the solver.
    LinearSolver(const DiffusionGrid& grid, const Coefficients& coefficients, const SolverSettings& settings);
    ~LinearSolver();
    LinearSolver(LinearSolver&&) noexcept;  ///< what is left behind can only be destroyed

    /// Other coefficients from the next solve() on.
    void set(const Coefficients& coefficients);

    /// x = A^-1 V b; the content of x is the first guess. Throws Error when the solver gives up, with its reason and
    /// what to try.
    void solve(const Field& right_side, Field& x);

    SolverCost cost() const;  ///< so far

  private:
    struct Storage;
    std::unique_ptr<Storage> storage_;
};

/// What became of the particles during a time: released = increase of the content + what was lost.
struct Balance {
    double released = 0.0;  ///< particles
    Losses lost;            ///< particles, not per time

    /// Of both times together.
    Balance& operator+=(const Balance& other) {
        released += other.released;
        lost.faces += other.lost.faces;
        lost.sides += other.lost.sides;
        lost.spallation += other.lost.spallation;
        return *this;
    }
};

/// Factors of the method: exp(-s dt A) = a0 + a1 R + a2 R^2 + O(dt^3), R = (1 + g dt A)^-1, g = 1 - 1/sqrt 2. For a
/// whole step, s = 1, a0 vanishes: this is the L-stable, singly diagonally implicit Runge-Kutta method of second
/// order (Alexander 1977). For a part of a step it says how what was released within it arrives at its end.
std::array<double, 3> step_factors(double s);

/// Steps of one length. All of them, and parts of a step, solve with the same matrix.
class TimeStepper {
  public:
    /// A step dt is off by error_constant (k dt)^3 of a field that decays as exp(-k t).
    static constexpr double error_constant = 0.04;

    /// `step` in Myr; the grid must outlive it.
    TimeStepper(const DiffusionGrid& grid, double step, const SolverSettings& settings, const Rates& rates = {});
    ~TimeStepper();
    TimeStepper(TimeStepper&&) noexcept;  ///< what is left behind can only be destroyed

    /// Steps of another length from now on.
    void set_step(double step);

    double step() const;  ///< Myr

    /// Point sources released during the next step: `remaining` is the share of the step, between 0 and 1, that is
    /// left after the release. Ends before the next advance().
    class Release {
      public:
        explicit Release(TimeStepper& stepper);  ///< of the next step
        /// `amount` particles at a position; every rank gets every source.
        void add(const Position& position, double amount, double remaining);

      private:
        TimeStepper& stepper_;
        DiffusionGrid::Deposit deposit_;
    };

    /// Advances a field by a step with what was released during it, or by a part of a step without release.
    Balance advance(Field& field, double part = 1.0);

    SolverCost cost() const;  ///< so far

  private:
    struct Storage;
    std::unique_ptr<Storage> storage_;
};

/// The density in the steady state of a source, both densities on the grid (the source per time).
Field steady_state(const DiffusionGrid& grid, const Field& source, const SolverSettings& settings, SolverCost* cost = nullptr);

/// Bytes per second of a[i] = b[i] + s c[i] on arrays far larger than the caches, all ranks together at once.
double triad_bandwidth(const Ranks& ranks);

}  // namespace greenhalo
