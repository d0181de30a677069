// Single sources against 40-digit values of the Green function: through the scalar closed form, and through
// the kernels of the direct sum on every instruction set.

#include <gtest/gtest.h>

#include <cmath>

#include "greenhalo/superposition/direct_sum.h"
#include "support/instruction_sets.h"
#include "support/models.h"
#include "support/oracle.h"

namespace greenhalo::test {

namespace {

constexpr double tolerance = 1e-12;

void expect_agreement(const OracleRow& row, double value, const double gradient[3]) {
    SCOPED_TRACE("line " + std::to_string(row.line) + " of the table");
    EXPECT_LE(std::abs(value - row.value), tolerance * row.value)
        << "value " << value << ", exact " << row.value;
    double gradient_scale = row.value / std::sqrt(row.q());
    for (const double component : row.gradient)
        gradient_scale = std::max(gradient_scale, std::abs(component));
    for (int i = 0; i < 3; ++i) {
        EXPECT_LE(std::abs(gradient[i] - row.gradient[i]), tolerance * gradient_scale)
            << "component " << i << ": " << gradient[i] << ", exact " << row.gradient[i];
    }
}

TEST(Oracle, CoversBothSeriesAndBothKindsOfObserver) {
    int images = 0, modes = 0, midplane = 0, lossy = 0;
    for (const OracleRow& row : read_oracle()) {
        (row.diffusion * row.age < images_up_to * row.half_height * row.half_height ? images : modes) += 1;
        midplane += row.z == 0.0;
        lossy += row.loss_rate > 0.0;
        EXPECT_LE(std::max(std::abs(row.z), std::abs(row.zs)), 0.98 * row.half_height) << "line " << row.line;
    }
    EXPECT_EQ(images + modes, 200);
    EXPECT_GE(images, 50);
    EXPECT_GE(modes, 50);
    EXPECT_GE(midplane, 50);
    EXPECT_LE(midplane, 150);
    EXPECT_GE(lossy, 50);
}

TEST(Oracle, ClosedFormInDouble) {
    for (const OracleRow& row : read_oracle()) {
        const auto g = green_function<double>(row.propagation());
        expect_agreement(row, g.value, g.gradient);
    }
}

TEST(Oracle, DirectSumOfOneSource) {
    on_every_isa([](Isa) {
        for (const OracleRow& row : read_oracle()) {
            const Transport transport =
                single_channel(row.half_height, row.diffusion, row.loss_rate, {row.x, row.y, row.z});
            DirectSum direct(transport, Selection{});
            const Superposition s = direct.sum(listed({{row.xs, row.ys, row.zs, row.age}}));
            const double gradient[3] = {-s.current[0] / row.diffusion, -s.current[1] / row.diffusion,
                                        -s.current[2] / row.diffusion};
            expect_agreement(row, s.density[0], gradient);
        }
    });
}

}  // namespace

}  // namespace greenhalo::test
