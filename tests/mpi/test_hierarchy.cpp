// The grids of the multigrid hierarchy, and what smooths on them.
#include <gtest/gtest.h>

#include <cmath>

#include "greenhalo/grid/petsc_session.h"
#include "grid/line_smoother.h"
#include "grid/storage.h"

namespace greenhalo {
namespace {

const Ranks& world() {
    static const Ranks ranks(MPI_COMM_WORLD);
    return ranks;
}

const Medium layers({{0.3, 1.0, 0.5}, {1.0, 2.0, 0.1}});

Domain box() {
    return {{Axis::stretched(-2.0, 1.0, 24, 0.3, 0.05, End::absorbing, End::absorbing),
             Axis::stretched(-1.5, 1.5, 16, 0.15, 0.05, End::absorbing, End::absorbing),
             Axis::stretched(0.0, 1.0, 16, 0.0, 0.02, End::reflecting, End::absorbing)}};
}

Domain rings() {
    return {{Axis::stretched(0.0, 3.0, 32, 1.0, 0.05, End::reflecting, End::absorbing),
             Axis::stretched(0.0, 1.0, 16, 0.0, 0.02, End::reflecting, End::absorbing)}};
}

double norm(Mat matrix) {
    double norm = 0.0;
    petsc::check(MatNorm(matrix, NORM_FROBENIUS, &norm), "comparing matrices");
    return norm;
}

/// The matrix of the whole finest operator with the diagonal parts.
petsc::Matrix finest(const DiffusionGrid::Storage& s, Vec diagonal) {
    petsc::Matrix matrix;
    petsc::check(MatDuplicate(s.levels[0].diffusion, MAT_DO_NOT_COPY_VALUES, matrix.put()),
                 "comparing matrices");
    petsc::check(MatDiagonalSet(matrix, diagonal, ADD_VALUES), "comparing matrices");
    return matrix;
}

void expect_product(Mat fine, const Level& coarse, Mat found) {
    petsc::Matrix product;
    petsc::check(MatPtAP(fine, coarse.interpolation, MAT_INITIAL_MATRIX, 2.0, product.put()),
                 "comparing matrices");
    const double size = norm(product);
    ASSERT_GT(size, 0.0);
    petsc::check(MatAXPY(product, -1.0, found, DIFFERENT_NONZERO_PATTERN), "comparing matrices");
    EXPECT_LT(norm(product), 1e-13 * size);
}

TEST(Hierarchy, CoarseOperatorsAreGalerkin) {
    const PetscSession session(world());
    for (const Domain& domain : {box(), rings()}) {
        const DiffusionGrid grid(world(), domain, layers);
        DiffusionGrid::Storage& s = grid.storage();
        ASSERT_GE(s.partition.levels(), 2);
        s.hierarchy(static_cast<std::size_t>(s.partition.levels()));
        petsc::Vector volumes = s.new_vector();
        petsc::check(VecCopy(s.volumes, volumes), "comparing matrices");
        {
            const LocalNumbers numbers(volumes);
            for (const std::size_t i : s.levels[0].absorbing) numbers[i] = 0.0;
        }
        expect_product(s.levels[0].diffusion, s.levels[1], s.levels[1].diffusion);
        expect_product(finest(s, volumes), s.levels[1], s.levels[1].mass);
        expect_product(finest(s, s.decay), s.levels[1], s.levels[1].loss);
        for (std::size_t l = 2; l < s.levels.size(); ++l) {
            expect_product(s.levels[l - 1].diffusion, s.levels[l], s.levels[l].diffusion);
            expect_product(s.levels[l - 1].mass, s.levels[l], s.levels[l].mass);
            expect_product(s.levels[l - 1].loss, s.levels[l], s.levels[l].loss);
        }
    }
}

TEST(Hierarchy, LosesWhatTheGridLoses) {
    // rows of L sum to what leaves through faces and sides
    const PetscSession session(world());
    for (const Domain& domain : {box(), rings()}) {
        const DiffusionGrid grid(world(), domain, layers);
        DiffusionGrid::Storage& s = grid.storage();
        s.hierarchy(1);
        petsc::Vector one = s.new_vector(), lost = s.new_vector();
        petsc::check(VecSet(one, 1.0), "comparing matrices");
        petsc::check(MatMult(s.levels[0].diffusion, one, lost), "comparing matrices");
        double size = 0.0, off = 0.0;
        petsc::check(VecNorm(lost, NORM_2, &size), "comparing matrices");
        petsc::check(VecAXPY(lost, -1.0, s.faces), "comparing matrices");
        petsc::check(VecAXPY(lost, -1.0, s.sides), "comparing matrices");
        petsc::check(VecNorm(lost, NORM_2, &off), "comparing matrices");
        EXPECT_LT(off, 1e-12 * size);
    }
}

TEST(Hierarchy, LinesAreSolved) {
    // far from each other they are all of the matrix
    const PetscSession session(world());
    const Axis wide = Axis::uniform(-1e8, 1e8, 8, End::absorbing, End::absorbing);
    for (const bool flat : {false, true}) {
        Domain domain = flat ? rings() : box();
        for (std::size_t a = 0; a + 1 < domain.axes.size(); ++a) {
            domain.axes[a] = flat ? Axis::uniform(0.0, 1e8, 8, End::reflecting, End::absorbing) : wide;
        }
        const DiffusionGrid grid(world(), domain, layers);
        DiffusionGrid::Storage& s = grid.storage();
        const Level& level = s.hierarchy(1)[0];
        const LineSmoother lines(level, {0.7, 1.3, 0.4});
        petsc::Vector x = s.new_vector(), b = s.new_vector(), found = s.new_vector(),
                      diagonal = s.new_vector();
        petsc::check(VecSetRandom(x, nullptr), "comparing vectors");
        petsc::check(MatMult(level.diffusion, x, b), "comparing vectors");
        petsc::check(VecScale(b, 1.3), "comparing vectors");
        petsc::check(VecAXPBYPCZ(diagonal, 0.7, 0.4, 0.0, s.volumes, s.decay), "comparing vectors");
        petsc::check(VecPointwiseMult(diagonal, diagonal, x), "comparing vectors");
        petsc::check(VecAXPY(b, 1.0, diagonal), "comparing vectors");
        {
            // absorbing nodes are their own system
            const LocalNumbers right(b), value(x);
            for (const std::size_t i : level.absorbing) right[i] = value[i];
        }
        lines.apply(b, found);
        petsc::check(VecAXPY(found, -1.0, x), "comparing vectors");
        double off = 0.0;
        petsc::check(VecNorm(found, NORM_INFINITY, &off), "comparing vectors");
        EXPECT_LT(off, 1e-11);
    }
}

TEST(Hierarchy, EigenvaluesAreBounded) {
    // by what powers of a random vector tend to
    const PetscSession session(world());
    const DiffusionGrid grid(world(), box(), layers);
    const auto& levels =
        grid.storage().hierarchy(static_cast<std::size_t>(grid.storage().partition.levels()));
    for (const Level& level : levels) {
        const bool finest = &level == &levels.front();
        const LineSmoother lines(level, {0.0, 1.0, 0.0});
        const double bound = finest ? 1.0 + lines.deviation({0.0, 1.0, 0.0}, PETSC_COMM_WORLD)
                                    : level.largest_of_diffusion;
        petsc::Vector x, product, smooth;
        petsc::check(MatCreateVecs(level.diffusion, x.put(), product.put()), "estimating");
        petsc::check(MatCreateVecs(level.diffusion, smooth.put(), nullptr), "estimating");
        petsc::check(VecSetRandom(x, nullptr), "estimating");
        double largest = 0.0;
        for (int i = 0; i < 200; ++i) {
            double now = 0.0, before = 0.0;
            petsc::check(MatMult(level.diffusion, x, product), "estimating");
            lines.apply(product, smooth);
            petsc::check(VecDot(x, product, &before), "estimating");
            petsc::check(VecDot(smooth, product, &now), "estimating");
            largest = now / before;
            petsc::check(VecCopy(smooth, x), "estimating");
            petsc::check(VecNormalize(x, nullptr), "estimating");
        }
        EXPECT_LT(largest, (finest ? 1.0 : 1.03) * bound);
        EXPECT_GT(largest, 0.85 * bound);
    }
}

}  // namespace
}  // namespace greenhalo
