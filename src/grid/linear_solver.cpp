#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "greenhalo/base/error.h"
#include "greenhalo/grid/petsc_session.h"
#include "greenhalo/grid/solver.h"
#include "grid/line_smoother.h"
#include "grid/storage.h"

namespace greenhalo {

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
    return std::chrono::duration<double>(Clock::now() - start).count();
}

/// Smoothing by polynomials of the lines' part, Chebyshev's on the upper part of the spectrum, down to this share of the
/// largest eigenvalue, before and after the coarser grids. Their degree is what reduces errors in that part by this
/// factor: where short steps leave little spectrum it is lower, and iterations are as many.
constexpr double spectrum_share = 8.0, reduction = 0.12;

int degree(double least, double largest) {
    if (!(largest > (1.0 + 1e-6) * least)) return 1;
    return std::max(1, static_cast<int>(std::ceil(std::acosh(1.0 / reduction) / std::acosh((largest + least) / (largest - least)))));
}

/// Whether --petsc says itself what a solver of one of the grids is to do.
bool is_told(KSP solver, const char* option) {
    const char* prefix = nullptr;
    PetscBool told = PETSC_FALSE;
    petsc::check(KSPGetOptionsPrefix(solver, &prefix), "reading the options of PETSc (--petsc)");
    petsc::check(PetscOptionsHasName(nullptr, prefix, option, &told), "reading the options of PETSc (--petsc)");
    return told == PETSC_TRUE;
}

/// A coarsest grid of more nodes is left to algebraic multigrid.
constexpr std::int64_t most_direct = 4096;

PetscErrorCode apply_lines(PC pc, Vec b, Vec x) {
    void* lines = nullptr;
    PetscErrorCode code = PCShellGetContext(pc, &lines);
    if (code == 0) static_cast<const LineSmoother*>(lines)->apply(b, x);
    return code;
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
    std::vector<petsc::Matrix> matrices;  ///< one per grid of the hierarchy, the finest first
    std::vector<std::unique_ptr<LineSmoother>> lines;
    petsc::Solver solver;
    petsc::Vector right_side;
    SolverCost cost;
};

namespace {

using Coefficients = LinearSolver::Coefficients;

/// With Gamma the same everywhere G is a multiple of V.
Coefficients without_uniform_loss(const DiffusionGrid::Storage& g, Coefficients c) {
    if (!g.loses_uniformly()) return c;
    c.mass += c.loss * g.medium.layers().front().loss_rate;
    c.loss = 0.0;
    return c;
}

void fill_finest(const DiffusionGrid::Storage& g, const Level& level, const Coefficients& c, Mat matrix, Vec work) {
    petsc::check(VecAXPBY(work, c.mass, 0.0, g.volumes), "filling the matrix");
    if (c.loss != 0.0) petsc::check(VecAXPY(work, c.loss, g.decay), "filling the matrix");
    {
        const LocalNumbers diagonal(work);
        for (const std::size_t i : level.absorbing) diagonal[i] = 1.0;
    }
    petsc::check(MatDiagonalSet(matrix, work, ADD_VALUES), "filling the matrix");
}

void fill_coarser(const Level& level, const Coefficients& c, Mat matrix) {
    petsc::check(MatAXPY(matrix, c.mass, level.mass, SAME_NONZERO_PATTERN), "filling the matrix");
    if (c.loss != 0.0) petsc::check(MatAXPY(matrix, c.loss, level.loss, SAME_NONZERO_PATTERN), "filling the matrix");
    petsc::check(MatDiagonalSet(matrix, level.held, ADD_VALUES), "filling the matrix");
}

double bytes_of(Mat matrix) {
    MatInfo info{};
    petsc::check(MatGetInfo(matrix, MAT_GLOBAL_SUM, &info), "counting memory");
    PetscInt rows = 0;
    petsc::check(MatGetSize(matrix, &rows, nullptr), "counting memory");
    return info.nz_allocated * (sizeof(PetscScalar) + sizeof(PetscInt)) + static_cast<double>(rows) * sizeof(PetscInt);
}

/// Matrices, hierarchy, and the vectors of the methods: of conjugate gradients three and the right side, on every grid
/// solution, right side, residual, and three of Chebyshev's method, and the two factors of the lines.
double bytes_of(const DiffusionGrid::Storage& g, const std::vector<petsc::Matrix>& matrices) {
    constexpr double vectors = 8.0, of_the_finest = 4.0;
    double bytes = of_the_finest * sizeof(double) * static_cast<double>(g.domain.size());
    for (std::size_t l = 0; l < matrices.size(); ++l) {
        const Level& level = g.levels[l];
        bytes += bytes_of(matrices[l]);
        for (Mat part : {static_cast<Mat>(level.diffusion), static_cast<Mat>(level.mass), static_cast<Mat>(level.loss),
                         static_cast<Mat>(level.interpolation)}) {
            if (part != nullptr) bytes += bytes_of(part);
        }
        PetscInt rows = 0;
        petsc::check(MatGetSize(matrices[l], &rows, nullptr), "counting memory");
        bytes += vectors * sizeof(double) * static_cast<double>(rows);
    }
    return bytes;
}

PC preconditioner(KSP solver) {
    PC pc = nullptr;
    petsc::check(KSPGetPC(solver, &pc), "creating the solver");
    return pc;
}

KSP smoother_of(PC multigrid, std::size_t levels, std::size_t level) {
    KSP smoother = nullptr;
    // PETSc counts from the coarsest
    petsc::check(PCMGGetSmoother(multigrid, static_cast<PetscInt>(levels - 1 - level), &smoother), "setting up multigrid");
    return smoother;
}

void set_up_multigrid(PC pc, const std::deque<Level>& hierarchy, const std::vector<petsc::Matrix>& matrices) {
    const std::size_t levels = matrices.size();
    petsc::check(PCSetType(pc, PCMG), "setting up multigrid");
    petsc::check(PCMGSetLevels(pc, static_cast<PetscInt>(levels), nullptr), "setting up multigrid");
    petsc::check(PCMGSetGalerkin(pc, PC_MG_GALERKIN_NONE), "setting up multigrid");
    for (std::size_t l = 0; l < levels; ++l) {
        const KSP smoother = smoother_of(pc, levels, l);
        petsc::check(KSPSetOperators(smoother, matrices[l], matrices[l]), "setting up multigrid");
        if (l > 0) {
            petsc::check(PCMGSetInterpolation(pc, static_cast<PetscInt>(levels - l), hierarchy[l].interpolation),
                         "setting up multigrid");
        }
        if (l + 1 == levels) {
            // solved directly unless told otherwise
            PetscInt rows = 0;
            petsc::check(MatGetSize(matrices[l], &rows, nullptr), "setting up multigrid");
            if (rows <= most_direct) break;
            petsc::check(KSPSetType(smoother, KSPRICHARDSON), "setting up multigrid");
            petsc::check(KSPSetNormType(smoother, KSP_NORM_NONE), "setting up multigrid");
            petsc::check(KSPSetTolerances(smoother, PETSC_DEFAULT, PETSC_DEFAULT, PETSC_DEFAULT, 1), "setting up multigrid");
            set_up_algebraic(preconditioner(smoother));
            break;
        }
        petsc::check(KSPSetType(smoother, KSPCHEBYSHEV), "setting up multigrid");
        petsc::check(PCSetType(preconditioner(smoother), PCSHELL), "setting up multigrid");
        petsc::check(PCShellSetApply(preconditioner(smoother), apply_lines), "setting up multigrid");
        petsc::check(PCShellSetName(preconditioner(smoother), "lines along z"), "setting up multigrid");
    }
}

}  // namespace

LinearSolver::LinearSolver(const DiffusionGrid& grid, const Coefficients& coefficients, const SolverSettings& settings)
    : storage_(new Storage{grid, settings, {}, {}, {}, {}, {}}) {
    const auto start = Clock::now();
    Storage& s = *storage_;
    DiffusionGrid::Storage& g = grid.storage();
    const bool geometric = settings.preconditioner == Preconditioner::multigrid;
    const std::size_t levels = geometric ? static_cast<std::size_t>(g.partition.levels()) : 1;
    const std::deque<Level>& hierarchy = g.hierarchy(levels);
    for (std::size_t l = 0; l < levels; ++l) {
        s.matrices.emplace_back();
        petsc::check(MatDuplicate(hierarchy[l].diffusion, MAT_DO_NOT_COPY_VALUES, s.matrices.back().put()), "creating the solver");
        petsc::check(MatSetOption(s.matrices.back(), MAT_SPD, PETSC_TRUE), "creating the solver");
    }
    s.right_side = g.new_vector();
    petsc::check(KSPCreate(g.ranks.communicator(), s.solver.put()), "creating the solver");
    petsc::check(KSPSetOperators(s.solver, s.matrices[0], s.matrices[0]), "creating the solver");
    petsc::check(KSPSetType(s.solver, KSPCG), "creating the solver");
    petsc::check(KSPSetInitialGuessNonzero(s.solver, PETSC_TRUE), "creating the solver");
    // what a preconditioner makes of the residual can be small before the residual is
    petsc::check(KSPSetNormType(s.solver, KSP_NORM_UNPRECONDITIONED), "creating the solver");
    petsc::check(KSPSetTolerances(s.solver, settings.tolerance, PETSC_DEFAULT, PETSC_DEFAULT, 200), "creating the solver");
    if (geometric) {
        set_up_multigrid(preconditioner(s.solver), hierarchy, s.matrices);
    } else {
        set_up_algebraic(preconditioner(s.solver));
    }
    petsc::check(KSPSetFromOptions(s.solver), "reading the options of PETSc (--petsc)");
    s.cost.assembly = seconds_since(start);
    s.cost.unknowns = g.domain.size();
    s.cost.levels = geometric ? static_cast<int>(levels) : 0;
    s.cost.memory = bytes_of(g, s.matrices);
    set(coefficients);
}

LinearSolver::~LinearSolver() = default;
LinearSolver::LinearSolver(LinearSolver&&) noexcept = default;

void LinearSolver::set(const Coefficients& coefficients) {
    const auto start = Clock::now();
    Storage& s = *storage_;
    const DiffusionGrid::Storage& g = s.grid.storage();
    const Coefficients c = without_uniform_loss(g, coefficients);
    const std::size_t levels = s.matrices.size();
    PetscBool is_multigrid = PETSC_FALSE;
    const PC pc = preconditioner(s.solver);
    petsc::check(PetscObjectTypeCompare(reinterpret_cast<PetscObject>(pc), PCMG, &is_multigrid), "filling the matrix");
    s.lines.clear();
    for (std::size_t l = 0; l < levels; ++l) {
        const Level& level = g.levels[l];
        const Mat matrix = s.matrices[l];
        petsc::check(MatCopy(level.diffusion, matrix, SAME_NONZERO_PATTERN), "filling the matrix");
        petsc::check(MatScale(matrix, c.diffusion), "filling the matrix");
        if (l == 0) {
            fill_finest(g, level, c, matrix, s.right_side);
        } else {
            fill_coarser(level, c, matrix);
        }
        if (is_multigrid == PETSC_FALSE || l + 1 == levels) continue;
        s.lines.push_back(std::make_unique<LineSmoother>(level, c));
        double largest, least;
        if (l == 0) {
            const double deviation = s.lines.back()->deviation(c, g.ranks.communicator());
            largest = 1.0 + deviation;
            least = std::max(largest / spectrum_share, 1.0 - deviation);
        } else {
            // the largest eigenvalue of a sum is at most the largest of those of the parts
            largest = std::max(level.largest_of_diffusion, c.mass > 0.0 || c.loss > 0.0 ? level.largest_of_mass : 0.0);
            least = largest / spectrum_share;
        }
        const KSP smoother = smoother_of(pc, levels, l);
        petsc::check(PCShellSetContext(preconditioner(smoother), s.lines.back().get()), "filling the matrix");
        petsc::check(KSPChebyshevSetEigenvalues(smoother, largest, least), "filling the matrix");
        if (is_told(smoother, "-ksp_max_it")) continue;
        petsc::check(KSPSetTolerances(smoother, PETSC_DEFAULT, PETSC_DEFAULT, PETSC_DEFAULT, degree(least, largest)),
                     "filling the matrix");
    }
    petsc::check(KSPSetUp(s.solver), "setting up the solver");
    s.cost.assembly += seconds_since(start);
}

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

SolverCost& SolverCost::operator+=(const SolverCost& other) {
    unknowns = other.unknowns;
    levels = other.levels;
    solves += other.solves;
    iterations += other.iterations;
    most_iterations = std::max(most_iterations, other.most_iterations);
    assembly += other.assembly;
    solving += other.solving;
    operations += other.operations;
    memory = std::max(memory, other.memory);
    return *this;
}

SolverCost LinearSolver::cost() const {
    SolverCost cost = storage_->cost;
    const Ranks& ranks = storage_->grid.ranks();
    cost.assembly = ranks.maximum(cost.assembly);
    cost.solving = ranks.maximum(cost.solving);
    MPI_Allreduce(MPI_IN_PLACE, &cost.operations, 1, MPI_DOUBLE, MPI_SUM, ranks.communicator());
    return cost;
}

Field steady_state(const DiffusionGrid& grid, const Field& source, const SolverSettings& settings, SolverCost* cost) {
    LinearSolver solver(grid, {0.0, 1.0, 1.0}, settings);
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
