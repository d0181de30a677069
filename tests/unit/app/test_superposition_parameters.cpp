#include <gtest/gtest.h>

#include "greenhalo/app/model.h"
#include "greenhalo/app/parameters.h"
#include "greenhalo/base/error.h"

namespace greenhalo::test {

namespace {

Model model_of(const std::vector<std::string>& words) {
    return build_model(Parameters::read(std::nullopt, words), {});
}

TEST(SuperpositionParameters, FastWithATightToleranceUnlessToldOtherwise) {
    const Model model = model_of({});
    EXPECT_EQ(model.superposition.method, SumMethod::fast);
    EXPECT_EQ(model.superposition.tolerance, 1e-8);
}

TEST(SuperpositionParameters, ReachTheModel) {
    const Model model = model_of({"--superposition.method", "direct"});
    EXPECT_EQ(model.superposition.method, SumMethod::direct);
    EXPECT_EQ(model_of({"--superposition.tolerance", "1e-6"}).superposition.tolerance, 1e-6);
}

TEST(SuperpositionParameters, RefuseWhatTheFastSumCannotKeep) {
    for (const char* value : {"0", "-1e-8", "9e-11", "2e-4", "nan", "small", ""}) {
        EXPECT_THROW(model_of({"--superposition.tolerance", value}), InputError) << value;
    }
    EXPECT_THROW(model_of({"--superposition.method", "quick"}), InputError);
}

TEST(SuperpositionParameters, ToleranceIsUnusedByTheDirectSum) {
    const Parameters direct = Parameters::read(
        std::nullopt, {"--superposition.method", "direct", "--superposition.tolerance", "1e-6"});
    EXPECT_FALSE(direct.is_used("superposition.tolerance"));
    EXPECT_EQ(direct.warnings().size(), 1u);
}

}  // namespace

}  // namespace greenhalo::test
