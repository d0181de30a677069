#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <sstream>

#include "greenhalo/app/parameters.h"
#include "unit/app/input_error.h"

namespace greenhalo {
namespace {

using Words = std::vector<std::string>;

Parameters read(const Words& words) {
    return Parameters::read(std::nullopt, words);
}

// Every value of one is, to the last bit, that of the other, asked for one by one.
void expect_same(const Parameters& a, const Parameters& b) {
    EXPECT_EQ(a.as_entries(), b.as_entries());
    for (const auto& [key, text] : a.as_entries()) {
        SCOPED_TRACE(key);
        switch (find_parameter(key)->kind) {
            case Kind::number:
                ASSERT_EQ(a.has_value(key), b.has_value(key));
                if (a.has_value(key)) {
                    EXPECT_EQ(a.number(key), b.number(key));
                } else {
                    EXPECT_EQ(a.text(key), b.text(key));  // a word in its place
                }
                break;
            case Kind::numbers:
                EXPECT_EQ(a.numbers(key), b.numbers(key));
                break;
            case Kind::integer:
                EXPECT_EQ(a.integer(key), b.integer(key));
                break;
            case Kind::boolean:
                EXPECT_EQ(a.boolean(key), b.boolean(key));
                break;
            case Kind::words:
                EXPECT_EQ(a.words(key), b.words(key));
                break;
            case Kind::choice:
            case Kind::input_file:
            case Kind::output_file:
                EXPECT_EQ(a.text(key), b.text(key));
                break;
        }
    }
    ASSERT_EQ(a.species().size(), b.species().size());
    for (std::size_t i = 0; i < a.species().size(); ++i) {
        EXPECT_EQ(a.species()[i].name, b.species()[i].name);
        EXPECT_EQ(a.species()[i].charge, b.species()[i].charge);
        EXPECT_EQ(a.species()[i].mass_number, b.species()[i].mass_number);
    }
}

TEST(EffectiveInput, gives_the_same_values_without_a_warning) {
    const Words cases[] = {
        {},
        {"--diffusion.slope", "0.6", "--halo.half-height", "1 kpc", "--sources.disc-radius", "10"},
        {"--diffusion.coefficient", "3 kpc2/Myr", "--diffusion.slope", "0.45", "-o", "a b # c.h5"},
        {"--sources.model", "uniform-disc", "--sources.scale-height", "0", "--sources.exclude-distance", "1",
         "--sources.exclude-age", "30 kyr"},
        {"--sources.model", "none", "--sources.catalogue", "known \"#1\".csv", "--injection.normalization",
         "unit"},
        {"--injection.normalization", "efficiency", "--injection.efficiency", "1/30", "--species.names",
         "Fe He"},
        {"--species.names", "Be H", "--species.Be.charge", "4", "--species.Be.mass-number=9",
         "--species.Be.flux=50"},
        {"--ensemble.seed", "18446744073709551615", "--ensemble.first", "1e6", "--sources.causal", "on"},
        {"--observer.position", "-8.5 1/3 1e-17"},
        {"--sources.model", "spiral", "--sources.arm-width", "2800 pc", "--sources.arm-blur", "symmetric"},
        {"--diffusion.break-rigidity", "200 TV", "--diffusion.slope-above", "1/4", "--observer.velocity", "-3 4 1/3",
         "--injection.normalization", "unit"},
    };
    for (const Words& words : cases) {
        const Parameters p = read(words);
        const std::string text = p.effective_ini();
        SCOPED_TRACE(text);
        const Parameters again = Parameters::from_text(text);
        EXPECT_TRUE(again.warnings().empty()) << again.warnings().front();
        expect_same(p, again);
        EXPECT_EQ(again.effective_ini(), text);
    }
}

TEST(EffectiveInput, doubles_survive_exactly) {
    std::mt19937_64 engine(7);
    std::uniform_real_distribution<double> share(0, 1);
    for (int i = 0; i < 200; ++i) {
        const double height = 0.2 + 10 * share(engine);
        const double rate = std::pow(10.0, -6 * share(engine));
        const double x = 20 * share(engine) - 10;
        const Parameters p = read({"--halo.half-height", number_text(height * 1000) + " pc", "--sources.rate",
                                   number_text(rate), "--observer.position", number_text(x) + " 0 1e-3",
                                   "--diffusion.coefficient", number_text(rate) + " kpc2/Myr"});
        const Parameters again = Parameters::from_text(p.effective_ini());
        EXPECT_EQ(again.number("sources.rate"), rate);
        EXPECT_EQ(again.number("halo.half-height"), p.number("halo.half-height"));
        EXPECT_EQ(again.number("diffusion.coefficient"), p.number("diffusion.coefficient"));
        EXPECT_EQ(again.numbers("observer.position")[0], x);
    }
}

TEST(EffectiveInput, is_complete_and_has_nothing_unused) {
    const Parameters p = read({"--sources.disc-radius", "10"});
    std::vector<std::string> keys;
    for (const auto& [key, text] : p.as_entries()) {
        keys.push_back(key);
        EXPECT_FALSE(text.empty()) << key;
    }
    for (const ParameterSpec& spec : parameter_table()) {
        if (spec.is_pattern()) continue;
        const bool expected =
            p.is_used(spec.key) && (!spec.default_text.empty() || spec.key == "output.file");
        EXPECT_EQ(std::ranges::count(keys, spec.key), expected ? 1 : 0) << spec.key;
    }
    for (const char* key : {"species.H.charge", "species.Fe.mass-number", "species.CNO.flux"})
        EXPECT_EQ(std::ranges::count(keys, key), 1) << key;
    for (const char* key : {"sources.disc-radius", "diffusion.coefficient", "diffusion.reference-rigidity"})
        EXPECT_EQ(std::ranges::count(keys, key), 0) << key;
}

TEST(EffectiveInput, equal_models_have_equal_text) {
    EXPECT_EQ(read({"--halo.half-height", "4000 pc", "--energy.min", "1 TeV"}).effective_ini(),
              read({}).effective_ini());
    EXPECT_NE(read({"--halo.half-height", "4.001"}).effective_ini(), read({}).effective_ini());
}

std::vector<std::string> lines(const std::string& text) {
    std::vector<std::string> result;
    std::istringstream stream(text);
    for (std::string line; std::getline(stream, line);) result.push_back(line);
    return result;
}

TEST(Template, reads_back_as_the_defaults_without_a_warning) {
    const Parameters p = Parameters::from_text(template_ini());
    EXPECT_TRUE(p.warnings().empty()) << p.warnings().front();
    expect_same(p, read({}));
}

TEST(Template, has_every_key_with_unit_default_meaning_and_origin) {
    std::string text;  // without line breaks in comments
    for (const std::string& line : lines(template_ini())) {
        EXPECT_LE(line.size(), 100U) << line;
        if (line.starts_with("#     "))
            text += line.substr(5);
        else
            text.append("\n").append(line);
    }
    text += "\n";
    for (const ParameterSpec& spec : parameter_table()) {
        SCOPED_TRACE(spec.key);
        const std::string name(spec.name());
        const std::string value = spec.default_text.empty() ? "" : fmt::format(" {}", spec.default_text);
        const bool active = text.find(fmt::format("\n{} ={}\n", name, value)) != std::string::npos;
        const bool commented = text.find(fmt::format("\n# {} ={}\n", name, value)) != std::string::npos;
        EXPECT_TRUE(active || commented);
        EXPECT_TRUE(commented || !spec.default_text.empty());
        const std::size_t at = text.find(fmt::format("# {} [", spec.meaning));
        ASSERT_NE(at, std::string::npos);
        const std::string comment = text.substr(at, text.find('\n', at) - at);
        for (std::string_view part : {spec.unit.name, spec.default_text, spec.origin, spec.used.phrase})
            EXPECT_NE(comment.find(part), std::string::npos) << part << " in " << comment;
    }
    EXPECT_NE(text.find("\n# disc-radius = 15\n"), std::string::npos) << "not used by the default model";
    EXPECT_NE(text.find("\n# reference-rigidity = 3\n"), std::string::npos)
        << "not used by the default model";
    EXPECT_NE(text.find("\nhalf-height = 4\n"), std::string::npos);
}

TEST(Help, has_every_key_with_its_facts_in_100_columns) {
    std::string text;
    for (const std::string& line : lines(help_text())) {
        EXPECT_LE(line.size(), 100U) << line;
        EXPECT_FALSE(line.ends_with(' ')) << line;
        text += line.starts_with("          ") ? line.substr(line.find_first_not_of(' ') - 1)
                                               : fmt::format("\n{}", line);
    }
    for (const ParameterSpec& spec : parameter_table()) {
        const std::size_t at = text.find(fmt::format("--{} ", spec.key));
        ASSERT_NE(at, std::string::npos) << spec.key;
        const std::string entry = text.substr(at, text.find('\n', at) - at);
        for (std::string_view part : {spec.meaning, spec.unit.name, spec.default_text})
            EXPECT_NE(entry.find(part), std::string::npos) << part << " in " << entry;
    }
    EXPECT_NE(text.find("-o, --output.file"), std::string::npos);
}

}  // namespace
}  // namespace greenhalo
