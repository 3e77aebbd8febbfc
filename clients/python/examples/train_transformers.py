"""A small GPT-2 of Hugging Face Transformers on synthetic text, without a network."""

import tempfile

import torch
from transformers import GPT2Config, GPT2LMHeadModel, Trainer, TrainingArguments

from headroom.integrations.transformers import HeadroomCallback


def main() -> None:
    model = GPT2LMHeadModel(GPT2Config(vocab_size=500, n_positions=64, n_embd=64, n_layer=2, n_head=4))
    texts = torch.randint(0, 500, (128, 64))
    data = [{"input_ids": text, "labels": text} for text in texts]
    with tempfile.TemporaryDirectory() as folder:
        trainer = Trainer(
            model,
            TrainingArguments(
                folder,
                per_device_train_batch_size=8,
                gradient_accumulation_steps=2,
                num_train_epochs=3,
                report_to=[],
                save_strategy="no",
                disable_tqdm=True,
            ),
            train_dataset=data,
            callbacks=[HeadroomCallback()],
        )
        trainer.train()


if __name__ == "__main__":
    main()
