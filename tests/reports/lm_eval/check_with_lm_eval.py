#!/usr/bin/env python3
"""Reads an export of `evotoken-report --lm_eval DIR` with lm_eval's own code and schema.

    python3 -m venv /tmp/lm && /tmp/lm/bin/pip install --no-deps lm_eval==0.4.13
    /tmp/lm/bin/pip install pydantic pytablewriter requests jinja2 pyyaml typing_extensions
    /tmp/lm/bin/python tests/reports/lm_eval/check_with_lm_eval.py DIR

Not part of the test suite, which needs no package: lm_eval_export_test.cc demands the same fields.
"""
import importlib.util
import json
import os
import sys
from pathlib import Path

from pydantic import TypeAdapter

# The modules by their files: importing the package itself would import torch and datasets.
HERE = Path(importlib.util.find_spec("lm_eval").submodule_search_locations[0])


def load(name):
    spec = importlib.util.spec_from_file_location(name, HERE / (name + ".py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def main():
    utils, schema = load("utils"), load("result_schema")
    files = [str(p) for p in Path(sys.argv[1]).rglob("*.json*")]
    results, samples = utils.get_results_filenames(files), utils.get_sample_results_filenames(files)
    assert results and samples, files
    for name in results:
        value = json.loads(Path(name).read_text(encoding="utf-8"))
        unknown = [k for k in value if k not in schema.EvalResults.__annotations__ and not k.startswith("evotoken")]
        assert not unknown, unknown
        for metrics in value["results"].values():
            TypeAdapter(schema._TaskMetrics[float | str]).validate_python(metrics)
        for count in value["n-samples"].values():
            TypeAdapter(schema._SampleCount).validate_python(count)
        print(name, utils.get_file_datetime(os.path.basename(name)))
        print(utils.make_table(value))
    lines = 0
    adapter = TypeAdapter(schema.SampleResult)
    for name in samples:
        task = utils.get_file_task_name(os.path.basename(name))
        for line in Path(name).read_text(encoding="utf-8").splitlines():
            sample = json.loads(line)
            adapter.validate_python(sample)
            missing = set(schema.SampleResult.__annotations__) - set(sample)
            assert not missing, missing
            lines += 1
        print(task, "read")
    print(f"{len(results)} results and {lines} samples in {len(samples)} files agree with lm_eval's schema")


if __name__ == "__main__":
    main()
