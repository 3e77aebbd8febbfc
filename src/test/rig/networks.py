"""Networks by name: ``torchvision:resnet18``, ``timm:convnext_tiny``, and those of language.py."""
import torchvision


def maker(spec):
    """What builds a network, and the shape of one sample."""
    library, name = spec.split(":")
    if library == "torchvision":
        size = 299 if name == "inception_v3" else 224
        return getattr(torchvision.models, name), (3, size, size)
    if library == "timm":
        import timm
        def make(): return timm.create_model(name, pretrained=False)
        model = make()
        if hasattr(getattr(model, "patch_embed", None), "img_size"):
            make.at = lambda shape: lambda: timm.create_model(name, pretrained=False, img_size=shape[1:])
        return make, model.default_cfg.get("input_size", (3, 224, 224))
    if library == "transformer":
        import language
        return language.maker(name)
    raise SystemExit(f"no library {library}: {spec}")


def source(spec):
    library = spec.split(":")[0]
    version = lambda m: f"{library} {m.__version__.split('+')[0]}"
    if library == "timm":
        import timm
        return version(timm)
    return version(torchvision) if library == "torchvision" else "a network of our own"
