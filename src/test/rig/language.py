"""Transformers in small and at real sizes, as the library of that name builds them: each takes one tensor and gives one, [batch, classes, …].

A network may be followed by ``+checkpointed`` (each block's forward pass is run again in the backward pass), ``+lora``
(a frozen base, two small trained factors beside each query and value projection), or both.
"""
import torch, torch.nn as nn
import transformers as hf

LENGTH, VOCABULARY, WIDTH, HEADS, BLOCKS = 128, 4000, 192, 6, 3


class Tokens(nn.Module):
    """A language model: token indices in, a score for each word of the vocabulary at each place out."""
    def __init__(self, model):
        super().__init__()
        self.model = model

    def forward(self, ids):
        return self.model(input_ids=ids, use_cache=False).logits.transpose(1, 2)


class Pairs(Tokens):
    """An encoder and a decoder, which are given the same tokens."""
    def forward(self, ids):
        return self.model(input_ids=ids, decoder_input_ids=ids, use_cache=False).logits.transpose(1, 2)


class Classes(Tokens):
    """A classifier of token sequences."""
    def forward(self, ids):
        return self.model(input_ids=ids).logits


class Pictures(Tokens):
    def forward(self, pixels):
        return self.model(pixel_values=pixels).logits


class Sounds(Tokens):
    """A mean over places of an encoder of log-mel spectrograms."""
    def forward(self, features):
        return self.model(features).last_hidden_state.mean(1)


class Lora(nn.Module):
    """A frozen linear layer and a trained product of rank 8 beside it."""
    def __init__(self, base, rank=8):
        super().__init__()
        self.base, self.down, self.up = base, nn.Linear(base.in_features, rank, bias=False), nn.Linear(rank, base.out_features, bias=False)

    def forward(self, x):
        return self.base(x) + self.up(self.down(x)) * 2.


def gpt2(): return Tokens(hf.GPT2LMHeadModel(hf.GPT2Config(vocab_size=VOCABULARY, n_positions=512, n_embd=WIDTH, n_layer=BLOCKS, n_head=HEADS)))


def llama(): return Tokens(hf.LlamaForCausalLM(hf.LlamaConfig(
    vocab_size=VOCABULARY, hidden_size=WIDTH, intermediate_size=512, num_hidden_layers=BLOCKS, num_attention_heads=HEADS, num_key_value_heads=2, max_position_embeddings=512)))


def llama_tied(): return Tokens(hf.LlamaForCausalLM(hf.LlamaConfig(
    vocab_size=VOCABULARY, hidden_size=WIDTH, intermediate_size=512, num_hidden_layers=BLOCKS, num_attention_heads=HEADS, tie_word_embeddings=True)))


def qwen3(): return Tokens(hf.Qwen3ForCausalLM(hf.Qwen3Config(
    vocab_size=VOCABULARY, hidden_size=WIDTH, intermediate_size=512, num_hidden_layers=BLOCKS, num_attention_heads=HEADS, num_key_value_heads=2, head_dim=32)))


def opt(): return Tokens(hf.OPTForCausalLM(hf.OPTConfig(
    vocab_size=VOCABULARY, hidden_size=WIDTH, ffn_dim=768, num_hidden_layers=BLOCKS, num_attention_heads=HEADS, max_position_embeddings=512, word_embed_proj_dim=WIDTH)))


def pythia(): return Tokens(hf.GPTNeoXForCausalLM(hf.GPTNeoXConfig(
    vocab_size=VOCABULARY, hidden_size=WIDTH, intermediate_size=768, num_hidden_layers=BLOCKS, num_attention_heads=HEADS, max_position_embeddings=512)))


def t5(): return Pairs(hf.T5ForConditionalGeneration(hf.T5Config(vocab_size=VOCABULARY, d_model=WIDTH, d_kv=32, d_ff=512, num_layers=BLOCKS, num_heads=HEADS)))


def bart(): return Pairs(hf.BartForConditionalGeneration(hf.BartConfig(
    vocab_size=VOCABULARY, d_model=WIDTH, encoder_layers=BLOCKS, decoder_layers=BLOCKS, encoder_ffn_dim=768, decoder_ffn_dim=768,
    encoder_attention_heads=HEADS, decoder_attention_heads=HEADS, max_position_embeddings=512)))


def bert(): return Tokens(hf.BertForMaskedLM(hf.BertConfig(
    vocab_size=VOCABULARY, hidden_size=WIDTH, num_hidden_layers=BLOCKS, num_attention_heads=HEADS, intermediate_size=768)))


def bert_classifier(): return Classes(hf.BertForSequenceClassification(hf.BertConfig(
    vocab_size=VOCABULARY, hidden_size=WIDTH, num_hidden_layers=BLOCKS, num_attention_heads=HEADS, intermediate_size=768)))


def distilbert(): return Classes(hf.DistilBertForSequenceClassification(hf.DistilBertConfig(vocab_size=VOCABULARY, dim=WIDTH, n_layers=BLOCKS, n_heads=HEADS, hidden_dim=768)))


def vit(size=(128, 128)): return Pictures(hf.ViTForImageClassification(hf.ViTConfig(
    image_size=list(size), patch_size=16, hidden_size=WIDTH, num_hidden_layers=BLOCKS, num_attention_heads=HEADS, intermediate_size=768, num_labels=100)))


def whisper(): return Sounds(hf.WhisperModel(hf.WhisperConfig(
    d_model=WIDTH, encoder_layers=BLOCKS, decoder_layers=1, encoder_attention_heads=HEADS, decoder_attention_heads=HEADS, encoder_ffn_dim=768,
    max_source_positions=200)).encoder)


def gpt2_small(): return Tokens(hf.GPT2LMHeadModel(hf.GPT2Config()))


def bert_base(): return Tokens(hf.BertForMaskedLM(hf.BertConfig()))


def t5_small(): return Pairs(hf.T5ForConditionalGeneration(hf.T5Config()))


def llama_1b(): return Tokens(hf.LlamaForCausalLM(hf.LlamaConfig(
    vocab_size=128256, hidden_size=2048, intermediate_size=8192, num_hidden_layers=16, num_attention_heads=32, num_key_value_heads=8, head_dim=64,
    max_position_embeddings=131072, rope_parameters={"rope_type": "default", "rope_theta": 500000.}, tie_word_embeddings=True)))


def whisper_small(): return Sounds(hf.WhisperModel(hf.WhisperConfig(
    d_model=768, encoder_layers=12, decoder_layers=12, encoder_attention_heads=12, decoder_attention_heads=12, encoder_ffn_dim=3072, decoder_ffn_dim=3072)).encoder)


REAL = {f.__name__: f for f in (gpt2_small, bert_base, t5_small, llama_1b, whisper_small)}      # at the sizes that are in use
SHAPES = {"vit": (3, 128, 128), "whisper": (80, 400), "whisper_small": (80, 3000), "gpt2_small": (1024,), "bert_base": (512,), "t5_small": (512,), "llama_1b": (2048,)}
CLASSIFIERS = {"bert_classifier", "distilbert", "vit", "whisper", "whisper_small"}     # one target for each sample, not for each token
BUILDERS = {f.__name__: f for f in (gpt2, llama, llama_tied, qwen3, opt, pythia, t5, bart, bert, bert_classifier, distilbert, vit, whisper)} | REAL


def lora(model):
    for p in model.parameters(): p.requires_grad = False
    for parent in list(model.modules()):
        for name, m in list(parent.named_children()):
            if isinstance(m, nn.Linear) and name in ("q_proj", "v_proj", "query", "value", "q", "v", "q_lin", "v_lin"):
                setattr(parent, name, Lora(m))
    return model


def blocks(model):
    """The paths of the modules in the outermost long lists: the blocks of a transformer."""
    lists = [(path, m) for path, m in model.named_modules() if isinstance(m, nn.ModuleList) and len(m) >= BLOCKS]
    outer = [(path, m) for path, m in lists if not any(path.startswith(other + ".") for other, _ in lists)]
    return [f"{path}.{i}" for path, m in outer for i in range(len(m))]


def maker(name):
    base, *how = name.split("+")
    def make():
        with torch.device("meta" if base in REAL else "cpu"): model = BUILDERS[base]()
        return lora(model) if "lora" in how else model
    shape = SHAPES.get(base, (LENGTH,))
    if base == "vit": make.at = lambda shape: lambda: vit(shape[1:])
    if len(shape) == 1: make.input_dtype = torch.int64
    if base not in CLASSIFIERS: make.target_shape = shape
    if "checkpointed" in how: make.checkpoint = blocks(make())
    return make, shape
