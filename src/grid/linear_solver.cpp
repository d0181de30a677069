#include <fmt/format.h>

#include <chrono>

#include "greenhalo/base/error.h"
#include "greenhalo/grid/petsc_session.h"
#include "greenhalo/grid/solver.h"
#include "grid/storage.h"

namespace greenhalo {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Interpolation between the grids of the hierarchy; the operators of the coarse grids follow from it. Steps are
/// smoothed by one symmetric Gauss-Seidel sweep before and after: Chebyshev's polynomials, PETSc's default, need
/// estimates of eigenvalues, which break down where short steps leave a matrix close to a diagonal one. The steady
/// state, on grids that are far finer along z, needs an incomplete factorization, which carries along lines.
void set_up_multigrid(PC pc, DM finest, int levels, bool steady) {
    petsc::check(PCSetType(pc, PCMG), "setting up multigrid");
    petsc::check(PCMGSetLevels(pc, levels, nullptr), "setting up multigrid");
    petsc::check(PCMGSetGalerkin(pc, PC_MG_GALERKIN_BOTH), "setting up multigrid");
    std::vector<petsc::Mesh> coarser;
    DM fine = finest;
    for (int level = levels - 1; level > 0; --level) {
        petsc::Mesh coarse;
        petsc::check(DMCoarsen(fine, MPI_COMM_NULL, coarse.put()), "coarsening the grid");
        petsc::Matrix interpolation;
        petsc::check(DMCreateInterpolation(coarse, fine, interpolation.put(), nullptr), "coarsening the grid");
        petsc::check(PCMGSetInterpolation(pc, level, interpolation), "setting up multigrid");
        KSP smoother = nullptr;
        PC sweep = nullptr;
        petsc::check(PCMGGetSmoother(pc, level, &smoother), "setting up multigrid");
        petsc::check(KSPSetType(smoother, KSPRICHARDSON), "setting up multigrid");
        petsc::check(KSPGetPC(smoother, &sweep), "setting up multigrid");
        petsc::check(PCSetType(sweep, steady ? PCBJACOBI : PCSOR), "setting up multigrid");
        if (!steady) petsc::check(PCSORSetSymmetric(sweep, SOR_LOCAL_SYMMETRIC_SWEEP), "setting up multigrid");
        coarser.push_back(std::move(coarse));
        fine = coarser.back();
    }
    petsc::check(PCMGSetNumberSmooth(pc, 1), "setting up multigrid");
}

void set_up_algebraic(PC pc) {
#ifdef PETSC_HAVE_HYPRE
    petsc::check(PCSetType(pc, PCHYPRE), "setting up BoomerAMG");
    petsc::check(PCHYPRESetType(pc, "boomeramg"), "setting up BoomerAMG");
#else
    petsc::check(PCSetType(pc, PCGAMG), "setting up GAMG");
#endif
}

}  // namespace

struct LinearSolver::Storage {
    const DiffusionGrid& grid;
    SolverSettings settings;
    petsc::Matrix matrix;
    petsc::Solver solver;
    petsc::Vector right_side;
    SolverCost cost;
};

LinearSolver::LinearSolver(const DiffusionGrid& grid, double shift, bool steady, const SolverSettings& settings)
    : storage_(new Storage{grid, settings, {}, {}, {}, {}}) {
    const double memory = PetscSession::memory();
    const auto start = Clock::now();
    const DiffusionGrid::Storage& g = grid.storage();
    storage_->matrix = g.matrix(shift, steady);
    storage_->right_side = g.new_vector();
    const petsc::Solver& solver = storage_->solver;
    petsc::check(KSPCreate(g.ranks.communicator(), storage_->solver.put()), "creating the solver");
    petsc::check(KSPSetOperators(solver, storage_->matrix, storage_->matrix), "creating the solver");
    petsc::check(KSPSetType(solver, KSPCG), "creating the solver");
    petsc::check(KSPSetInitialGuessNonzero(solver, PETSC_TRUE), "creating the solver");
    // what a preconditioner makes of the residual can be small before the residual is
    petsc::check(KSPSetNormType(solver, KSP_NORM_UNPRECONDITIONED), "creating the solver");
    petsc::check(KSPSetTolerances(solver, settings.tolerance, PETSC_DEFAULT, PETSC_DEFAULT, 200), "creating the solver");
    PC pc = nullptr;
    petsc::check(KSPGetPC(solver, &pc), "creating the solver");
    if (settings.preconditioner == Preconditioner::algebraic) {
        set_up_algebraic(pc);
    } else {
        set_up_multigrid(pc, g.mesh, g.partition.levels, steady);
    }
    petsc::check(KSPSetFromOptions(solver), "reading the options of PETSc (--petsc)");
    petsc::check(KSPSetUp(solver), "setting up the solver");
    storage_->cost.assembly = g.ranks.maximum(seconds_since(start));
    storage_->cost.unknowns = g.domain.size();
    storage_->cost.levels = settings.preconditioner == Preconditioner::multigrid ? g.partition.levels : 0;
    double bytes = PetscSession::memory() - memory;
    MPI_Allreduce(MPI_IN_PLACE, &bytes, 1, MPI_DOUBLE, MPI_SUM, g.ranks.communicator());
    storage_->cost.memory = bytes;
}

LinearSolver::~LinearSolver() = default;
LinearSolver::LinearSolver(LinearSolver&&) noexcept = default;

void LinearSolver::solve(const Field& right_side, Field& x) {
    Storage& s = *storage_;
    const auto start = Clock::now();
    const double operations = PetscSession::operations();
    petsc::check(VecPointwiseMult(s.right_side, s.grid.storage().volumes, right_side.storage().vector), "solving");
    petsc::check(KSPSolve(s.solver, s.right_side, x.storage().vector), "solving");
    KSPConvergedReason reason = KSP_CONVERGED_ITERATING;
    PetscInt iterations = 0;
    petsc::check(KSPGetConvergedReason(s.solver, &reason), "solving");
    petsc::check(KSPGetIterationNumber(s.solver, &iterations), "solving");
    if (reason <= 0) {
        throw Error(fmt::format(
            "the linear solver gave up after {} iterations ({}): try grid.solver = algebraic, a larger "
            "grid.solver-tolerance (it is {:g}), or options of PETSc such as --petsc \"-ksp_max_it 1000\"",
            iterations, KSPConvergedReasons[reason], s.settings.tolerance));
    }
    s.cost.iterations += iterations;
    s.cost.most_iterations = std::max(s.cost.most_iterations, static_cast<int>(iterations));
    ++s.cost.solves;
    s.cost.solving += seconds_since(start);
    s.cost.operations += PetscSession::operations() - operations;
}

SolverCost LinearSolver::cost() const {
    SolverCost cost = storage_->cost;
    const Ranks& ranks = storage_->grid.ranks();
    cost.solving = ranks.maximum(cost.solving);
    MPI_Allreduce(MPI_IN_PLACE, &cost.operations, 1, MPI_DOUBLE, MPI_SUM, ranks.communicator());
    return cost;
}

Field steady_state(const DiffusionGrid& grid, const Field& source, const SolverSettings& settings, SolverCost* cost) {
    LinearSolver solver(grid, 1.0, true, settings);
    Field density = grid.zero();
    solver.solve(source, density);
    if (cost != nullptr) *cost = solver.cost();
    return density;
}

double triad_bandwidth(const Ranks& ranks) {
    constexpr std::size_t size = 1 << 22;
    constexpr int repetitions = 5;
    std::vector<double> a(size, 0.0), b(size, 1.0), c(size, 2.0);
    double best = 0.0;
    for (int r = 0; r < repetitions; ++r) {
        MPI_Barrier(ranks.communicator());
        const auto start = Clock::now();
        const double factor = 1.0 + r;
        for (std::size_t i = 0; i < size; ++i) a[i] = b[i] + factor * c[i];
        const double time = ranks.maximum(seconds_since(start));
        best = std::max(best, 3.0 * sizeof(double) * size * ranks.count() / time);
        b[static_cast<std::size_t>(r)] = a[size / 2];  // what was computed is used
    }
    return best;
}

}  // namespace greenhalo
