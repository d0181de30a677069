#include "app/model_figures.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numeric>

#include "app/model_text.h"
#include "greenhalo/base/units.h"
#include "greenhalo/ensemble/expectation.h"

namespace greenhalo {
namespace {

Parameters parameters_of(const std::vector<std::string>& words) { return Parameters::read(std::nullopt, words); }

Model model_of(const std::vector<std::string>& words) { return build_model(parameters_of(words), {}); }

TEST(ModelFigures, of_protons_at_1_tv) {
    const Model model = model_of({"--species.names", "H", "--energy.max", "1e3"});
    const EnergyFigures f = figures_at(model, 0);
    EXPECT_NEAR(1e3 * f.minimum_age, 34.189, 1e-3);  // kyr
    EXPECT_EQ(f.share, std::vector<double>{1.0});
    // 4 H^2/(pi^2 D) with D = 1.33e28 H (1000/3)^(1/3) cm2/s
    const double d = 1.33e28 * 4.0 * std::cbrt(1000.0 / 3.0) * 3.15576e13 / std::pow(3.0856775814913673e21, 2);
    EXPECT_NEAR(f.confinement[0] / (4.0 * 16.0 / (units::pi * units::pi * d)), 1.0, 1e-12);
    EXPECT_NEAR(f.missing[0] / std::exp(-80.0 / f.confinement[0]), 1.0, 1e-12);
    // 3 D/c: 555 pc at 1e8 GeV is 12 pc at 1 TV
    EXPECT_NEAR(1e3 * f.free_path[0], 555.0 / std::cbrt(1e5), 0.1);
}

TEST(ModelFigures, shares_and_minimum_age_are_those_of_the_expectation) {
    for (const char* law : {"cylindrical", "uniform-disc"}) {
        const Model model = model_of({"--sources.model", law, "--energy.points-per-decade", "1"});
        const Expectation expectation(model.transport, model.law, {});
        for (const std::size_t e : {0U, 3U}) {
            const Moments m = expectation(e);
            const EnergyFigures f = figures_at(model, e);
            EXPECT_NEAR(f.minimum_age / m.small_scale_age, 1.0, 1e-6);
            const double total = std::accumulate(m.density.begin(), m.density.end(), 0.0);
            for (std::size_t s = 0; s < m.density.size(); ++s) EXPECT_NEAR(f.share[s], m.density[s] / total, 1e-6);
        }
    }
}

TEST(ModelFigures, unknown_shares_matter) {
    Model model = model_of({"--injection.normalization", "unit"});
    model.law.model = SourceModel::none;
    const EnergyFigures f = figures_at(model, 0);
    for (std::size_t s = 0; s < f.share.size(); ++s) EXPECT_TRUE(f.matters(s));
    EXPECT_TRUE(std::isnan(f.minimum_age));
}

TEST(ModelText, tells_the_model_in_lines_of_a_screen) {
    const std::vector<std::string> words = {"--sources.model", "spiral", "--sources.causal", "yes", "--sources.minimum-age",
                                            "1e4", "--injection.mode", "continuous", "--observer.velocity", "0 -20 0",
                                            "--diffusion.break-rigidity", "300", "--diffusion.slope-above", "0.25"};
    const std::string text = model_text(parameters_of(words), model_of(words));
    for (const char* part :
         {"H = 4 kpc", "(R/3 GV)^1/3, slope 0.25 above 300 GV", "spiral: four arms, w = 5 kpc, one-sided blur",
          "one explosion per 30 yr", "80 Myr", "2.67e+06", "farther than light travels", "effective age",
          "from 200 yr to 30 kyr after the explosion", "H 0.0", "CNO (Z 7, A 14)", "gas 0.112 cm-3", "51 from 1 TeV to 100 PeV",
          "at (8.5, 0, 0) kpc", "adds 0.000312"}) {
        // lines end anywhere: compare without them
        std::string flat = text;
        for (std::size_t at; (at = flat.find("\n                ")) != std::string::npos;) flat.replace(at, 17, " ");
        EXPECT_NE(flat.find(part), std::string::npos) << part << "\n" << text;
    }
    std::size_t start = 0;
    for (std::size_t end; (end = text.find('\n', start)) != std::string::npos; start = end + 1) {
        EXPECT_LE(end - start, 100U);
    }
    EXPECT_EQ(start, text.size());
}

}  // namespace
}  // namespace greenhalo
