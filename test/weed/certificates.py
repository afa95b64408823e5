"""A certification authority for a test, and what it signs, by openssl: for a SeaweedFS whose gRPC wants mTLS."""
import pathlib, shutil, subprocess

DAYS = "2"
SERVICES = ("master", "volume", "filer", "msg_broker", "client")  # as weed's security.toml names them


def openssl_is_there():
    return shutil.which("openssl") is not None


def _openssl(*arguments):
    subprocess.run(["openssl", *map(str, arguments)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def make(directory):
    """ca.pem, and cert.pem with key.pem for 127.0.0.1, in this directory, which is returned."""
    directory = pathlib.Path(directory)
    directory.mkdir(parents=True)
    ca, ca_key = directory / "ca.pem", directory / "ca.key"
    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    _openssl("req", "-x509", *curve, "-keyout", ca_key, "-out", ca, "-days", DAYS, "-subj", "/CN=test CA")
    request, extensions = directory / "request.pem", directory / "extensions"
    extensions.write_text("subjectAltName=IP:127.0.0.1,DNS:localhost\nextendedKeyUsage=serverAuth,clientAuth\n")
    _openssl("req", *curve, "-keyout", directory / "key.pem", "-out", request, "-subj", "/CN=test")
    _openssl("x509", "-req", "-in", request, "-CA", ca, "-CAkey", ca_key, "-CAcreateserial", "-out", directory / "cert.pem",
             "-days", DAYS, "-extfile", extensions)
    return directory


def secure(cluster):
    """Before its first start: all gRPC of this weed.Cluster is mTLS from now on."""
    made = make(cluster.tls)
    text = f'[grpc]\nca = "{made}/ca.pem"\n'
    for service in SERVICES:
        text += f'[grpc.{service}]\ncert = "{made}/cert.pem"\nkey = "{made}/key.pem"\n'
    (cluster.directory / "security.toml").write_text(text)  # weed looks for it where it runs
