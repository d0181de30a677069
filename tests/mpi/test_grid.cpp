// The grid on any number of ranks: the same numbers, nothing lost, as few iterations, failures that are errors.
#include <gtest/gtest.h>

#include <cmath>

#include "greenhalo/base/error.h"
#include "greenhalo/grid/petsc_session.h"
#include "greenhalo/grid/smooth_sources.h"
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

TEST(Grid, IterationsDependLittleOnGridAndRanks) {
    const PetscSession session(world());
    const auto mean = [](const SolverCost& cost) {
        return static_cast<double>(cost.iterations) / static_cast<double>(cost.solves);
    };
    const auto steady = [](const Ranks& ranks, int cells) {
        const DiffusionGrid grid(ranks, cube(cells), Medium::uniform(1.0, 1.0, 0.0));
        Field density = grid.zero();
        const double one = 1.0;
        DiffusionGrid::Deposit(grid, {&density}).add(source, &one);
        SolverCost cost;
        steady_state(grid, density, {}, &cost);
        return static_cast<double>(cost.iterations);
    };
    const Ranks alone(MPI_COMM_SELF);
    const double small = steady(alone, 16), large = steady(alone, 32);
    EXPECT_LE(std::abs(large - small), std::max(1.0, 0.2 * small)) << small << " " << large;
    // smoothers work within ranks: at a border between two they lose some of their strength
    constexpr double at_most = 1.8;
    EXPECT_LE(steady(world(), 32), at_most * large);
    EXPECT_LE(mean(run(world(), 32, 0.0).cost), at_most * mean(run(alone, 32, 0.0).cost));
    SolverSettings algebraic;
    algebraic.preconditioner = Preconditioner::algebraic;
    const Outcome other = run(world(), 32, 0.0, algebraic);
    EXPECT_NEAR(other.seen.density / run(world(), 32, 0.0).seen.density, 1.0, 1e-8);
}

TEST(Grid, SteadyStateInBothGeometries) {
    const PetscSession session(world());
    SmoothProblem problem;
    problem.medium = Medium::uniform(4.0, 1.2, 0.05);
    const MeanField exact = steady_mean_field(problem.law, 4.0, 1.2, 0.05, problem.radius, 0.0);
    const SmoothField rings = steady_on_cylindrical_grid(world(), problem, 64);
    EXPECT_NEAR(rings.field.density / exact.density, 1.0, 1.5e-3);
    EXPECT_NEAR(rings.field.radial_current / exact.radial_current, 1.0, 1.5e-3);
    EXPECT_LT(rings.imbalance, 1e-7);
    problem.side = 28.0;
    const SmoothField box = steady_on_box_grid(world(), problem, 32);
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
