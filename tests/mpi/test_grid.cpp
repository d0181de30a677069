// The grid on any number of ranks: the same numbers, nothing lost, as few iterations, failures that are errors.
#include <gtest/gtest.h>

#include <cmath>
#include <cstdio>
#include <cstdlib>

#include "greenhalo/base/error.h"
#include "greenhalo/ensemble/age_limited_field.h"
#include "greenhalo/grid/petsc_session.h"
#include "greenhalo/validation/smooth_sources.h"
#include "greenhalo/grid/solver.h"
#include "greenhalo/physics/green_function.h"

namespace greenhalo {
namespace {

const Ranks& world() {
    static const Ranks ranks(MPI_COMM_WORLD);
    return ranks;
}

Domain cube(int cells) {
    const Axis axis = Axis::uniform(-1.5, 1.5, cells, End::absorbing, End::absorbing);
    return {{axis, axis, Axis::uniform(-1.0, 1.0, cells, End::absorbing, End::absorbing)}};
}

const Position source{0.1234, -0.0456, 0.0789}, observer{0.3, 0.15, -0.05};

/// A source that is released within the first step, seen at the end.
struct Outcome {
    Observation seen;
    Balance balance;
    double left = 0.0, least = 0.0;
    SolverCost cost;
};

Outcome run(const Ranks& ranks, int cells, double loss_rate, const SolverSettings& settings = {}) {
    const DiffusionGrid grid(ranks, cube(cells), Medium::uniform(1.0, 1.0, loss_rate));
    TimeStepper stepper(grid, 0.005, settings);
    Field density = grid.zero();
    Outcome result;
    {
        TimeStepper::Release release(stepper);
        release.add(source, 2.0, 0.4);
    }
    for (int i = 0; i < 16; ++i) result.balance += stepper.advance(density);
    result.seen = grid.observe(grid.probe(observer), density);
    result.left = grid.content(density);
    result.least = grid.extremes(density)[0] / grid.extremes(density)[1];
    result.cost = stepper.cost();
    return result;
}

TEST(Grid, AgreesWithTheGreenFunctionOnAnyNumberOfRanks) {
    const PetscSession session(world());
    const Outcome all = run(world(), 32, 0.3), alone = run(Ranks(MPI_COMM_SELF), 32, 0.3);
    EXPECT_NEAR(all.seen.density / alone.seen.density, 1.0, 1e-8);
    for (std::size_t a = 0; a < 3; ++a) EXPECT_NEAR(all.seen.gradient[a] / alone.seen.gradient[a], 1.0, 1e-7);
    const GreenFunction<double> exact = green_function(Propagation<double>{
        observer.x - source.x, observer.y - source.y, observer.z, source.z, 15.4 * 0.005, 1.0, 1.0, 0.3});
    EXPECT_NEAR(all.seen.density / (2.0 * exact.value), 1.0, 0.01);
    EXPECT_NEAR(all.seen.gradient[0] / (2.0 * exact.gradient[0]), 1.0, 0.05);
    EXPECT_NEAR(all.seen.gradient[1] / (2.0 * exact.gradient[1]), 1.0, 0.05);
}

TEST(Grid, LosesNoParticle) {
    const PetscSession session(world());
    const Outcome result = run(world(), 24, 0.8);
    EXPECT_NEAR(result.balance.released, 2.0, 1e-12);
    EXPECT_GT(result.balance.lost.faces, 1e-3);
    EXPECT_GT(result.balance.lost.sides, 1e-6);
    EXPECT_GT(result.balance.lost.spallation, 0.05);
    EXPECT_NEAR(result.left + result.balance.lost.sum(), 2.0, 1e-8);
}

TEST(Grid, DoesNotOscillateFromAPointSource) {
    const PetscSession session(world());
    EXPECT_GT(run(world(), 32, 0.0).least, -1e-6);
}

TEST(Grid, ObserverAndFieldCanChangePlaces) {
    // what becomes of a field is seen by what became of the observer's weights
    const PetscSession session(world());
    const DiffusionGrid grid(world(), {{Axis::stretched(-2.0, 1.0, 24, 0.3, 0.05, End::absorbing, End::absorbing),
                                        Axis::stretched(-1.5, 1.5, 24, 0.15, 0.05, End::absorbing, End::absorbing),
                                        Axis::uniform(-1.0, 1.0, 16, End::absorbing, End::absorbing)}},
                             Medium({{0.3, 1.0, 0.5}, {1.0, 2.0, 0.0}}));
    TimeStepper stepper(grid, 0.01, {});
    Field density = grid.zero();
    const double one = 1.0;
    DiffusionGrid::Deposit(grid, {&density}).add(source, &one);
    for (int i = 0; i < 4; ++i) stepper.advance(density);
    Probe probe = grid.probe(observer), later = grid.probe(observer);
    for (int i = 0; i < 3; ++i) {
        stepper.advance(later.density);
        for (Field& slope : later.gradient) stepper.advance(slope);
    }
    const Observation before = grid.observe(later, density);
    for (int i = 0; i < 3; ++i) stepper.advance(density);
    const Observation after = grid.observe(probe, density);
    EXPECT_NEAR(before.density / after.density, 1.0, 1e-8);
    for (std::size_t a = 0; a < 3; ++a) EXPECT_NEAR(before.gradient[a] / after.gradient[a], 1.0, 1e-6) << a;
}

/// Mean iterations of steps from a point source and of the steady state.
struct Iterations {
    double steps = 0.0, steady = 0.0;
};

Iterations iterations(const Ranks& ranks, int cells) {
    const DiffusionGrid grid(ranks, cube(cells), Medium::uniform(1.0, 1.0, 0.0));
    Field density = grid.zero();
    const double one = 1.0;
    DiffusionGrid::Deposit(grid, {&density}).add(source, &one);
    SolverCost steady;
    steady_state(grid, density, {}, &steady);
    TimeStepper stepper(grid, 0.005, {});
    for (int i = 0; i < 4; ++i) stepper.advance(density);
    const SolverCost cost = stepper.cost();
    return {static_cast<double>(cost.iterations) / static_cast<double>(cost.solves), static_cast<double>(steady.iterations)};
}

TEST(Grid, IterationsDependLittleOnGridAndRanks) {
    const PetscSession session(world());
    const Iterations reference = iterations(Ranks(MPI_COMM_SELF), 32);
    const auto close = [](double value, double right) { return std::abs(value - right) <= std::max(1.0, 0.2 * right); };
    for (const int cells : {32, 64}) {
        const Iterations here = iterations(world(), cells);
        EXPECT_TRUE(close(here.steps, reference.steps)) << cells << " cells: " << here.steps << ", not " << reference.steps;
        EXPECT_TRUE(close(here.steady, reference.steady)) << cells << " cells: " << here.steady << ", not " << reference.steady;
    }
}

// The table of doc/validation.md: takes a minute and a gigabyte.
TEST(Grid, IterationsOf129NodesAcross) {
    if (std::getenv("GREENHALO_LONG") == nullptr) GTEST_SKIP() << "a campaign: tools/test --long";
    const PetscSession session(world());
    for (const int cells : {32, 64, 128}) {
        const Iterations here = iterations(world(), cells);
        if (world().is_root()) {
            std::printf("%d^3 nodes, %d ranks: %.2f %.0f\n", cells + 1, world().count(), here.steps, here.steady);
            std::fflush(stdout);
        }
        EXPECT_LE(here.steps, 5.0);
        EXPECT_LE(here.steady, 6.0);
    }
}

TEST(Grid, TheAlgebraicPreconditionerFindsTheSame) {
    const PetscSession session(world());
    SolverSettings algebraic;
    algebraic.preconditioner = Preconditioner::algebraic;
    const Outcome other = run(world(), 32, 0.0, algebraic);
    EXPECT_NEAR(other.seen.density / run(world(), 32, 0.0).seen.density, 1.0, 1e-8);
}

TEST(Grid, CoefficientsCanBeChanged) {
    // the same matrix from coefficients of the medium and from rates on top of it, and after a step of another length
    const PetscSession session(world());
    const auto seen = [&](const Medium& medium, const Rates& rates, bool change) {
        const DiffusionGrid grid(world(), cube(16), medium);
        TimeStepper stepper(grid, change ? 0.03 : 0.005, {}, rates);
        if (change) stepper.set_step(0.005);
        Field density = grid.zero();
        const double one = 1.0;
        DiffusionGrid::Deposit(grid, {&density}).add(source, &one);
        Balance balance;
        for (int i = 0; i < 4; ++i) balance += stepper.advance(density);
        EXPECT_NEAR(grid.content(density) + balance.lost.sum(), 1.0, 1e-8);
        return grid.observe(grid.probe(observer), density).density;
    };
    const Medium layers({{0.3, 2.0, 3.0}, {1.0, 4.0, 0.6}}), shape({{0.3, 1.0, 5.0}, {1.0, 2.0, 1.0}});
    const double right = seen(layers, {}, false);
    EXPECT_NEAR(seen(shape, {2.0, 0.6}, false) / right, 1.0, 1e-9);
    EXPECT_NEAR(seen(shape, {2.0, 0.6}, true) / right, 1.0, 1e-9);
    EXPECT_NEAR(seen(Medium::uniform(1.0, 1.0, 1.0), {2.0, 0.6}, true) / seen(Medium::uniform(1.0, 2.0, 0.6), {}, false), 1.0, 1e-9);
}

TEST(Grid, SteadyStateInBothGeometries) {
    const PetscSession session(world());
    SmoothProblem problem;
    const MeanField exact = steady_mean_field(problem.law, 4.0, 1.2, 0.05, problem.radius, 0.0);
    SteadyGrid rings = SteadyGrid::cylindrical(world(), problem, 64);
    rings.solve({3.0, 0.4});  // leaves nothing behind
    const SmoothField flat = rings.solve({1.2, 0.05});
    EXPECT_NEAR(flat.field.density / exact.density, 1.0, 1.5e-3);
    EXPECT_NEAR(flat.field.radial_current / exact.radial_current, 1.0, 1.5e-3);
    EXPECT_LT(flat.imbalance, 1e-7);
    // only sources of at least an age
    const MeanField old = age_limited_mean_field(problem.law, 4.0, 1.2, 0.05, problem.radius, 0.0, 0.3, 500.0);
    const MeanField left = rings.of_age(0.3);
    EXPECT_LT(old.density, 0.9 * exact.density);
    EXPECT_NEAR(left.density / old.density, 1.0, 1.5e-3);
    EXPECT_NEAR(left.radial_current / old.radial_current, 1.0, 1.5e-3);
    problem.side = 28.0;
    const SmoothField box = SteadyGrid::box(world(), problem, 32).solve({1.2, 0.05});
    EXPECT_NEAR(box.field.density / exact.density, 1.0, 0.01);
    EXPECT_NEAR(box.field.radial_current / exact.radial_current, 1.0, 0.01);
    EXPECT_LT(box.imbalance, 1e-7);
}

TEST(Grid, ASolverThatGivesUpIsAnErrorWithAdvice) {
    const PetscSession session(world(), {"-ksp_max_it 1", "-nobody_asks 3"});
    try {
        run(world(), 16, 0.0);
        ADD_FAILURE() << "one iteration cannot be enough";
    } catch (const Error& error) {
        EXPECT_NE(std::string(error.what()).find("grid.solver = algebraic"), std::string::npos) << error.what();
    }
    ASSERT_EQ(session.unused_options().size(), 1U);
    EXPECT_EQ(session.unused_options()[0], "-nobody_asks 3");
}

TEST(Grid, RefusesWhatIsNoOption) {
    EXPECT_THROW(PetscSession(world(), {"ksp_type cg"}), InputError);
    const PetscSession session(world());  // and PETSc can be started again
    EXPECT_TRUE(session.unused_options().empty());
}

}  // namespace
}  // namespace greenhalo
