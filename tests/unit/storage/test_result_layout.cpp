#include "greenhalo/storage/result_layout.h"

#include <gtest/gtest.h>

#include <set>

#include "greenhalo/base/error.h"
#include "greenhalo/storage/hdf5.h"
#include "unit/storage/example_result.h"

namespace greenhalo {
namespace {

using test::TemporaryFolder;

bool holds(const LayoutItem& item, const std::string& word) {
    return item.path.find(word) != std::string::npos || item.long_name.find(word) != std::string::npos;
}

TEST(ResultLayout, EveryRowIsComplete) {
    std::set<std::string> seen = {""};
    for (const LayoutItem& item : result_layout()) {
        EXPECT_TRUE(seen.insert(item.path).second) << item.path << " is there twice";
        EXPECT_TRUE(seen.count(item.path.substr(0, item.path.rfind('/'))))
            << item.path << " comes before its group";
        EXPECT_FALSE(item.long_name.empty()) << item.path;
        EXPECT_EQ(item.units.empty(), item.type == ItemType::group) << item.path;
        EXPECT_NO_THROW(layout_extents(item, {5, 2, 3, 4})) << item.path;
    }
}

TEST(ResultLayout, MeansAndCovariancesOfHeavyTailsCarryACaution) {
    int cautions = 0;
    for (const LayoutItem& item : result_layout()) {
        const bool moment =
            holds(item, "/ensemble/") && (holds(item, "_mean") || holds(item, "covariance") ||
                                          holds(item, "delta_A") || holds(item, "fluctuation"));
        EXPECT_EQ(!item.caution.empty(), moment) << item.path;
        cautions += moment;
        if (moment) {
            EXPECT_NE(item.caution.find("without a minimum age"), std::string::npos) << item.path;
        }
    }
    EXPECT_EQ(cautions, 7);
}

TEST(ResultLayout, ExtentsFollowTheSymbols) {
    const Dimensions size{5, 2, 3, 4};
    EXPECT_EQ(layout_extents(layout_item("/realizations/current"), size),
              (std::vector<std::uint64_t>{5, 2, 3, 3}));
    EXPECT_EQ(layout_elements(layout_item("/ensemble/current_covariance"), size), 2U * 3 * 9);
    EXPECT_TRUE(layout_extents(layout_item("/ensemble/realizations"), size).empty());
    EXPECT_THROW(layout_item("/ensemble/nothing"), Error);
    for (const char* shape : {"nQ", "3x", "0", "-1", "M,,3"}) {
        EXPECT_THROW(layout_extents({"/x", ItemType::float64, shape, "1", "x"}, size), Error) << shape;
    }
}

// What iterating over a created file meets.
struct Found {
    std::set<std::string> paths;
    int incomplete = 0;
};

herr_t visit(hid_t file, const char* name, const H5O_info_t* info, void* data) {
    auto& found = *static_cast<Found*>(data);
    const std::string path = std::string("/") + name;
    if (path == "/.") return 0;
    found.paths.insert(path);
    EXPECT_EQ(info->mtime, 0) << path << " holds a time";
    if (info->type != H5O_TYPE_DATASET) return 0;
    const hdf5::Dataset dataset = hdf5::open_dataset(file, path);
    const hdf5::Properties creation(H5Dget_create_plist(dataset.id()), "properties");
    EXPECT_EQ(H5Pget_layout(creation.id()), H5D_CONTIGUOUS) << path;
    H5D_space_status_t space{};
    H5Dget_space_status(dataset.id(), &space);
    if (!hdf5::extents(dataset).empty() && hdf5::extents(dataset)[0] > 0) {
        EXPECT_EQ(space, H5D_SPACE_STATUS_ALLOCATED) << path;
    }
    if (hdf5::read_text_attribute(dataset.id(), "units").empty()) ++found.incomplete;
    if (hdf5::read_text_attribute(dataset.id(), "long_name").empty()) ++found.incomplete;
    return 0;
}

TEST(ResultLayout, ACreatedFileHoldsExactlyTheTable) {
    for (const Stored stored : {Stored::none, Stored::anisotropy, Stored::all}) {
        const TemporaryFolder folder;
        const Description description = test::example_description(7, stored);
        ResultFile::create(folder / "r.h5", description, Overwrite::no);

        std::set<std::string> expected;
        for (const LayoutItem& item : result_layout()) {
            if (stored < item.least) continue;
            if (!item.per_input_file) {
                expected.insert(item.path);
                continue;
            }
            for (const char* number : {"0", "1"}) {
                std::string path = item.path;
                expected.insert(path.replace(path.find('N'), 1, number));
            }
        }
        const hdf5::File file = hdf5::open_file(folder / "r.h5", hdf5::Access::read);
        Found found;
        ASSERT_GE(H5Ovisit(file.id(), H5_INDEX_NAME, H5_ITER_INC, visit, &found), 0);
        EXPECT_EQ(found.paths, expected);
        EXPECT_EQ(found.incomplete, 0);
        EXPECT_EQ(expected.count("/realizations/density"), stored == Stored::all ? 1U : 0U);
        EXPECT_EQ(expected.count("/realizations/anisotropy"), stored == Stored::none ? 0U : 1U);
    }
}

TEST(ResultLayout, DescribedAttributesAreThere) {
    const TemporaryFolder folder;
    ResultFile::create(folder / "r.h5", test::example_description(), Overwrite::no);
    const hdf5::File file = hdf5::open_file(folder / "r.h5", hdf5::Access::read);
    std::set<std::string> described;
    for (const LayoutAttribute& attribute : result_attributes()) {
        if (attribute.path == "/") described.insert(attribute.name);
        if (attribute.name.front() == '(') continue;  // stands for many
        std::string path = attribute.path;
        if (path.find('N') != std::string::npos) path.replace(path.find('N'), 1, "0");
        const hdf5::Group group(H5Gopen2(file.id(), path.c_str(), H5P_DEFAULT), "opening");
        EXPECT_TRUE(hdf5::has_attribute(group.id(), attribute.name)) << path << " " << attribute.name;
    }
    const hdf5::Group root(H5Gopen2(file.id(), "/", H5P_DEFAULT), "opening");
    const std::vector<std::string> names = hdf5::attribute_names(root.id());
    EXPECT_EQ(std::set<std::string>(names.begin(), names.end()), described);
}

}  // namespace
}  // namespace greenhalo
