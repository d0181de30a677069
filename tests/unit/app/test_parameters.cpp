#include "greenhalo/app/parameters.h"

#include <gtest/gtest.h>

#include <stdlib.h>

#include <cmath>
#include <fstream>

#include "unit/app/input_error.h"

namespace greenhalo {
namespace {

using test::expect_all;
using test::input_error;
using Words = std::vector<std::string>;

Parameters from_words(const Words& words) {
    return Parameters::read(std::nullopt, words);
}

TEST(Parameters, defaults_without_any_input) {
    const Parameters p = from_words({});
    EXPECT_EQ(p.number("halo.half-height"), 4);
    EXPECT_EQ(p.number("diffusion.slope"), 1.0 / 3.0);
    EXPECT_EQ(p.number("diffusion.normalization"), 1.33);
    EXPECT_EQ(p.number("sources.rate"), 1.0 / 30.0);
    EXPECT_EQ(p.text("sources.model"), "cylindrical");
    EXPECT_EQ(p.numbers("observer.position"), (std::vector<double>{8.5, 0, 0}));
    EXPECT_EQ(p.integer("ensemble.realizations"), 10U);
    EXPECT_FALSE(p.boolean("sources.causal"));
    EXPECT_EQ(p.words("species.names"), (Words{"H", "He", "CNO", "MgAlSi", "Fe"}));
    EXPECT_EQ(p.where("halo.half-height"), "default");
    EXPECT_FALSE(p.is_given("halo.half-height"));
    EXPECT_FALSE(p.has_value("diffusion.coefficient"));
    EXPECT_FALSE(p.has_value("sources.catalogue"));
    EXPECT_TRUE(p.warnings().empty());
}

TEST(Parameters, both_forms_of_the_command_line) {
    const Parameters p =
        from_words({"--halo.half-height", "2 kpc", "--energy.min=1 PeV", "--observer.position", "-8.5 0 0",
                    "--sources.causal", "yes", "--ensemble.seed", "18446744073709551615", "-o", "r.h5"});
    EXPECT_EQ(p.number("halo.half-height"), 2);
    EXPECT_EQ(p.number("energy.min"), 1e6);
    EXPECT_EQ(p.numbers("observer.position"), (std::vector<double>{-8.5, 0, 0}));
    EXPECT_TRUE(p.boolean("sources.causal"));
    EXPECT_EQ(p.integer("ensemble.seed"), 18446744073709551615ULL);
    EXPECT_EQ(p.text("output.file"), "r.h5");
    EXPECT_EQ(p.where("energy.min"), "command line");
    EXPECT_TRUE(p.is_given("energy.min"));
    EXPECT_EQ(from_words({"--observer.position=-8.5,0,0"}).numbers("observer.position")[0], -8.5);
    EXPECT_EQ(from_words({"--output.file", "r.h5"}).text("output.file"), "r.h5");
}

TEST(Parameters, refuses_on_the_command_line) {
    const std::pair<Words, std::vector<const char*>> cases[] = {
        {{"--observer.position", "8.5", "0", "0"}, {"command line", "surplus word \"0\"", "quotes"}},
        {{"surplus"}, {"surplus word \"surplus\""}},
        {{"--", "surplus"}, {"surplus word \"surplus\""}},
        {{"--halo.half", "4"}, {"command line", "unknown key halo.half = 4", "halo.half-height"}},
        {{"--halo.half-heigth=4"},
         {"unknown key halo.half-heigth = 4", "nearest valid name is halo.half-height"}},
        {{"--HALO.half-height=4"}, {"unknown key"}},
        {{"--nonsense.key", "4"}, {"unknown key nonsense.key = 4; \"greenhalo input\" lists all keys"}},
        {{"--seed", "4"}, {"unknown key seed = 4", "ensemble.seed"}},
        {{"--species.nmaes", "H"}, {"unknown key species.nmaes", "species.names"}},
        {{"--species.He.chrage", "2"}, {"unknown key species.He.chrage", "species.He.charge"}},
        {{"--species.Be.charge", "4"}, {"unknown key species.Be.charge", "Be is not in species.names"}},
        {{"--halo.half-height"}, {"halo.half-height needs a value"}},
        {{"--halo.half-height="}, {"halo.half-height needs a value"}},
        {{"--halo.half-height", ""}, {"halo.half-height", "empty"}},
        {{"--halo.half-height", " "}, {"halo.half-height", "empty"}},
        {{"--halo.half-height", "--energy.min", "1"}, {"halo.half-height needs a value", "--energy.min"}},
        {{"--sources.causal"}, {"sources.causal needs a value"}},
        {{"-o"}, {"output.file needs a value"}},
        {{"-or.h5"}, {"-or.h5", "-o FILE"}},
        {{"-observer.position", "1 0 0"}, {"-observer.position", "--section.key"}},
        {{"-x", "4"}, {"-x", "--section.key"}},
        {{"--energy.min", "1e4", "--energy.min=1e5"}, {"energy.min is given twice"}},
        {{"-o", "a.h5", "--output.file", "b.h5"}, {"output.file is given twice"}},
        {{"--energy.min", "1 furlong"}, {"command line", "energy.min = 1 furlong", "eV, keV, MeV"}},
        {{"--ensemble.seed", "-1"}, {"command line", "ensemble.seed = -1", "sign"}},
    };
    for (const auto& [words, parts] : cases) {
        SCOPED_TRACE(words.front());
        expect_all(input_error([&words = words] { from_words(words); }), parts);
    }
}

TEST(Parameters, refuses_with_line_key_value_and_what_is_allowed) {
    const std::pair<const char*, std::vector<const char*>> cases[] = {
        {"[halo]\n# H\nhalf-height = 4 lightyears",
         {"m.ini, line 3", "halo.half-height = 4 lightyears", "pc, kpc, Mpc, cm"}},
        {"[halo]\nhalf-height = 0", {"m.ini, line 2", "halo.half-height = 0", "(0, 1000]"}},
        {"[halo]\nhalf-heigth = 4",
         {"m.ini, line 2", "unknown key halo.half-heigth = 4", "halo.half-height"}},
        {"[halo]\nhalo.half-height = 4", {"m.ini, line 2", "unknown key halo.halo.half-height"}},
        {"half-height = 4", {"m.ini, line 1", "unknown key half-height = 4", "halo.half-height"}},
        {"[hallo]\nhalf-height = 4", {"unknown key hallo.half-height", "halo.half-height"}},
        {"[sources]\nmodel = spherical",
         {"m.ini, line 2", "sources.model = spherical", "cylindrical, spiral, uniform-disc, none"}},
        {"[species]\nBe.charge = 4",
         {"m.ini, line 2", "unknown key species.Be.charge", "not in species.names"}},
        {"[species]\nnames = H,,He", {"m.ini, line 2", "species.names = H,,He", "empty element"}},
    };
    for (const auto& [text, parts] : cases)
        expect_all(input_error([&text = text] { Parameters::from_text(text, "m.ini"); }), parts);
}

TEST(Parameters, getters_refuse_mistakes_of_the_program) {
    const Parameters p = from_words({});
    EXPECT_THROW(p.number("halo.heigth"), std::logic_error);
    EXPECT_THROW(p.integer("halo.half-height"), std::logic_error);
    EXPECT_THROW(p.number("diffusion.coefficient"), std::logic_error);
    EXPECT_THROW(p.is_given("halo.heigth"), std::logic_error);
    EXPECT_THROW(p.is_used("halo.heigth"), std::logic_error);
}

class ParameterFiles : public testing::Test {
  protected:
    void SetUp() override {
        std::string name = testing::TempDir() + "greenhalo_parameters_XXXXXX";
        ASSERT_NE(mkdtemp(name.data()), nullptr);
        folder = name;
        working_folder = std::filesystem::current_path();
    }
    void TearDown() override {
        std::filesystem::current_path(working_folder);
        std::filesystem::remove_all(folder);
    }
    std::filesystem::path write(const std::filesystem::path& path, std::string_view text) {
        std::filesystem::create_directories(path.parent_path());
        std::ofstream(path) << text;
        return path;
    }
    std::filesystem::path folder, working_folder;
};

TEST_F(ParameterFiles, command_line_over_file_over_default) {
    const auto file = write(folder / "m.ini", "[halo]\nhalf-height = 2\n[energy]\nmin = 1e4\nmax = 1e6\n");
    const Parameters p = Parameters::read(file, {"--energy.min", "1e5"});
    EXPECT_EQ(p.number("halo.half-height"), 2);
    EXPECT_EQ(p.number("energy.min"), 1e5);
    EXPECT_EQ(p.number("energy.max"), 1e6);
    EXPECT_EQ(p.number("energy.points-per-decade"), 10);
    EXPECT_EQ(p.where("halo.half-height"), file.string() + ", line 2");
    EXPECT_EQ(p.where("energy.min"), "command line");
    EXPECT_EQ(p.where("energy.points-per-decade"), "default");
}

TEST_F(ParameterFiles, paths_belong_to_the_file_or_the_working_folder) {
    const auto file =
        write(folder / "models" / "m.ini", "[sources]\ncatalogue = known/snr.csv\n[output]\nfile = o/r.h5\n");
    std::filesystem::current_path(folder);
    EXPECT_EQ(Parameters::read(file, {}).text("sources.catalogue"),
              (folder / "models/known/snr.csv").string());
    EXPECT_EQ(Parameters::read("models/m.ini", {}).text("sources.catalogue"),
              (std::filesystem::current_path() / "models/known/snr.csv").string());
    EXPECT_EQ(Parameters::read(file, {"--sources.catalogue", "../snr.csv"}).text("sources.catalogue"),
              (std::filesystem::current_path().parent_path() / "snr.csv").string());
    EXPECT_EQ(Parameters::read(file, {"--sources.catalogue=/a/snr.csv"}).text("sources.catalogue"),
              "/a/snr.csv");
    EXPECT_EQ(Parameters::read(file, {}).text("output.file"), "o/r.h5");
}

TEST_F(ParameterFiles, missing_file_and_folder) {
    expect_all(input_error([&] { Parameters::read(folder / "none.ini", {}); }), {"none.ini", "No such file"});
    expect_all(input_error([&] { Parameters::read(folder, {}); }), {"folder"});
}

TEST_F(ParameterFiles, byte_order_mark_and_crlf) {
    const auto file = write(folder / "m.ini", "\xEF\xBB\xBF[halo]\r\nhalf-height = \"2 kpc\"\r\n");
    EXPECT_EQ(Parameters::read(file, {}).number("halo.half-height"), 2);
}

TEST(Parameters, output_file_depends_on_the_command) {
    for (const auto& [command, file] : {std::pair{"run", "result.h5"},
                                        {"expect", "moments.h5"},
                                        {"validate", "grid.h5"},
                                        {"sources", "sources.h5"}}) {
        EXPECT_EQ(Parameters::read(std::nullopt, {}, command).text("output.file"), file);
        EXPECT_EQ(Parameters::read(std::nullopt, {"-o", "x.h5"}, command).text("output.file"), "x.h5");
    }
}

TEST(Parameters, species) {
    const Parameters p = Parameters::from_text(
        "[species]\nnames = Fe, Be, H\nBe.charge = 4\nBe.mass-number = 9\n"
        "Be.flux = 50\nH.flux = 1e4\n");
    ASSERT_EQ(p.species().size(), 3U);
    EXPECT_EQ(p.species()[0].name, "Fe");
    EXPECT_EQ(p.species()[0].charge, 26);
    EXPECT_EQ(p.species()[0].mass_number, 56);
    EXPECT_EQ(p.species()[0].flux, 3e3);
    EXPECT_EQ(p.species()[1].name, "Be");
    EXPECT_EQ(p.species()[1].charge, 4);
    EXPECT_EQ(p.species()[1].mass_number, 9);
    EXPECT_EQ(p.species()[1].flux, 50);
    EXPECT_EQ(p.species()[2].flux, 1e4);
    EXPECT_EQ(p.number("species.Fe.charge"), 26);
    EXPECT_EQ(p.where("species.H.flux"), "input, line 6");
    EXPECT_EQ(p.where("species.H.charge"), "default");
    EXPECT_TRUE(p.warnings().empty());

    const Parameters unit = Parameters::from_text(
        "[species]\nnames = Be\nBe.charge = 4\nBe.mass-number = 9\n"
        "[injection]\nnormalization = unit\n");
    EXPECT_TRUE(std::isnan(unit.species()[0].flux));
}

TEST(Parameters, species_refused) {
    const std::pair<const char*, std::vector<const char*>> cases[] = {
        {"names = H He H", {"input, line 2", "H is named twice"}},
        {"names = H 4He", {"input, line 2", "\"4He\" is not a name"}},
        {"names = a.b", {"\"a.b\" is not a name"}},
        {"names = Be\nBe.mass-number = 9\nBe.flux = 50", {"Be is not built in", "species.Be.charge"}},
        {"names = Be\nBe.charge = 4\nBe.flux = 50", {"Be is not built in", "species.Be.mass-number"}},
        {"names = Be\nBe.charge = 4\nBe.mass-number = 9", {"Be is not built in", "species.Be.flux"}},
        {"names = Be\nBe.charge = 4\nBe.mass-number = 3\nBe.flux = 1",
         {"species.Be.mass-number = 3", "species.Be.charge = 4"}},
    };
    for (const auto& [text, parts] : cases)
        expect_all(input_error([&text = text] { Parameters::from_text(std::string("[species]\n") + text); }),
                   parts);
}

TEST(Parameters, species_not_in_the_list) {
    const Parameters built_in = Parameters::from_text("[species]\nnames = H\nHe.charge = 2\n");
    ASSERT_EQ(built_in.warnings().size(), 1U);
    expect_all(built_in.warnings()[0],
               {"input, line 3", "species.He.charge = 2", "not used", "with He in species.names"});
    EXPECT_THROW(Parameters::from_text("[species]\nnames = H\nBe.charge = 4\n"), InputError);
}

TEST_F(ParameterFiles, species_of_an_overridden_list_are_known) {
    const auto file =
        write(folder / "m.ini", "[species]\nnames = H Be\nBe.charge = 4\nBe.mass-number = 9\nBe.flux = 50\n");
    const Parameters p = Parameters::read(file, {"--species.names", "H"});
    EXPECT_EQ(p.species().size(), 1U);
    EXPECT_EQ(p.warnings().size(), 3U);
}

}  // namespace
}  // namespace greenhalo
