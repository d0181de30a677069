// Files of grid solutions: tables with texts, and datasets of one problem only.
#include <gtest/gtest.h>

#include "greenhalo/base/error.h"
#include "greenhalo/storage/hdf5.h"
#include "greenhalo/storage/result_file.h"
#include "unit/storage/example_result.h"

namespace greenhalo {
namespace {

using test::TemporaryFolder;

Description grid_description(const std::string& problem) {
    Description description = test::example_description();
    description.kind = FileKind::grid;
    description.first = description.count = 0;
    description.grid_problem = problem;
    description.grid.comparisons = 2;
    description.grid.systems = 1;
    if (problem == "one_source") {
        description.grid.runs = 4;
        description.grid.times = 3;
    } else {
        description.grid.cases = 2;
        description.texts["/grid/beyond/name"] = {"uniform", std::string(70, 'x')};
    }
    description.texts["/grid/comparison/name"] = {"density", "the gradient of it, which is longer than a name of a group"};
    description.texts["/grid/comparison/unit"] = {"1", "kpc^-4"};
    description.texts["/grid/cost/name"] = {"65^3"};
    return description;
}

Datasets example_numbers(const Description& description) {
    Datasets numbers;
    double next = 1.5;
    for (const LayoutItem& item : layout_of(FileKind::grid)) {
        if (!item.path.starts_with("/grid/") || item.type != ItemType::float64 || !description.has(item)) continue;
        for (std::uint64_t i = 0; i < layout_elements(item, description.dimensions()); ++i)
            numbers[item.path].push_back(next *= 1.01);
    }
    return numbers;
}

TEST(GridFile, HoldsWhatWasWrittenAndNothingOfOtherProblems) {
    for (const char* problem : {"one_source", "beyond"}) {
        const TemporaryFolder folder;
        const Description description = grid_description(problem);
        const Datasets numbers = example_numbers(description);
        ResultFile::create(folder / "g.h5", description, Overwrite::no, MPI_COMM_NULL, numbers);
        const ResultFile file = ResultFile::read(folder / "g.h5");
        EXPECT_EQ(file.attribute("format"), "greenhalo-grid");
        EXPECT_EQ(file.description().grid_problem, problem);
        EXPECT_EQ(file.texts("/grid/comparison/name"), description.texts.at("/grid/comparison/name"));
        for (const auto& [path, values] : numbers) EXPECT_EQ(file.dataset(path), values) << path;
        const hdf5::File opened = hdf5::open_file(folder / "g.h5", hdf5::Access::read);
        for (const LayoutItem& item : layout_of(FileKind::grid)) {
            if (item.per_input_file) continue;
            EXPECT_EQ(hdf5::exists(opened.id(), item.path), description.has(item)) << item.path;
        }
    }
}

TEST(GridFile, TextsMustFit) {
    const TemporaryFolder folder;
    Description description = grid_description("beyond");
    description.texts["/grid/comparison/unit"].emplace_back("one too many");
    EXPECT_THROW(ResultFile::create(folder / "g.h5", description, Overwrite::no), Error);
}

}  // namespace
}  // namespace greenhalo
