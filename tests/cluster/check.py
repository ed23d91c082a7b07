#!/usr/bin/env python3
"""Checks the recipes for Kubernetes and AWS Batch against the schemas of these services' own clients; starts nothing and calls nobody.

Needs Debian's python3-kubernetes (which brings yaml) and python3-botocore; ends with 77 where they are missing.
"""
import json, pathlib, sys

here = pathlib.Path(__file__).resolve().parent
try:
    import botocore.session, kubernetes.client, yaml
    from botocore.validate import ParamValidator
except ImportError as missing:
    print(f"{missing.name} is not here (apt-get install python3-kubernetes python3-botocore)")
    sys.exit(77)


class Answer:
    def __init__(self, data):
        self.data = json.dumps(data)


def kubernetes_job():
    written = yaml.safe_load((here / "kubernetes.yaml").read_text())
    client = kubernetes.client.ApiClient()
    # The client's models check types and what must be there, and leave out what they do not know: nothing may get lost.
    read = client.sanitize_for_serialization(client.deserialize(Answer(written), "V1Job"))
    if read != written:
        sys.exit(f"kubernetes.yaml: the schema of a Job does not know all of it:\n{json.dumps(written, sort_keys=True)}\n{json.dumps(read, sort_keys=True)}")
    job = written["spec"]
    container = job["template"]["spec"]["containers"][0]
    count = next(each["value"] for each in container["env"] if each["name"] == "GMMVISION_SHARDS")
    if job["completions"] != int(count):
        sys.exit(f"kubernetes.yaml: {job['completions']} completions, but GMMVISION_SHARDS={count}")
    return container["args"]


def aws(name, operation):
    written = json.loads((here / name).read_text())
    shape = botocore.session.get_session().get_service_model("batch").operation_model(operation).input_shape
    report = ParamValidator().validate(written, shape)
    if report.has_errors():
        sys.exit(f"{name}: {report.generate_report()}")
    return written


words = kubernetes_job()
if aws("aws-batch-definition.json", "RegisterJobDefinition")["containerProperties"]["command"] != words:
    sys.exit("the two recipes run different commands")
aws("aws-batch-job.json", "SubmitJob")
print(json.dumps(words))
