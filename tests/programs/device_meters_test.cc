#include "programs/device_meters.h"

#include <gtest/gtest.h>

#include "base/files.h"
#include "tests/support.h"

namespace evotoken::programs {
namespace {

class EnergyTest : public ::testing::Test {
 protected:
  void set(const char* zone, const char* microjoules) {
    write_file_atomically(dir_.path() / zone / "energy_uj", microjoules);
    write_file_atomically(dir_.path() / zone / "max_energy_range_uj", "10000000\n");
  }
  testing::TemporaryDir dir_;
};

TEST_F(EnergyTest, AddsThePackagesAndKnowsThatCountersBeginAnew) {
  set("intel-rapl:0", "1000000\n");
  set("intel-rapl:1", "9000000\n");
  set("intel-rapl:0:0", "5\n");  // a part of package 0
  DeviceEnergy meter(dir_.path());
  EXPECT_EQ(meter.joules(), 0.0);
  set("intel-rapl:0", "3500000\n");
  set("intel-rapl:1", "1000000\n");
  set("intel-rapl:0:0", "900000\n");
  EXPECT_EQ(meter.joules(), 2.5 + 2.0);
  EXPECT_EQ(meter.joules(), 2.5 + 2.0) << "nothing more was used";
}

TEST_F(EnergyTest, IsUnknownWithoutACounter) {
  EXPECT_EQ(DeviceEnergy(dir_.path()).joules(), std::nullopt);
  EXPECT_EQ(DeviceEnergy(dir_.path() / "none").joules(), std::nullopt);
  write_file_atomically(dir_.path() / "intel-rapl:0/name", "package-0");  // not ours to read
  EXPECT_EQ(DeviceEnergy(dir_.path()).joules(), std::nullopt);
}

}  // namespace
}  // namespace evotoken::programs
