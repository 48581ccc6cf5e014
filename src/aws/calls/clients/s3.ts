import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client, S3ClientConfig } from '@aws-sdk/client-s3';

/** S3 checks what arrives by its signature, so no other sum is needed. */
export const client = (configuration: S3ClientConfig) =>
  new S3Client({ requestChecksumCalculation: 'WHEN_REQUIRED', responseChecksumValidation: 'WHEN_REQUIRED', ...configuration });

export const commands = { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, PutObjectCommand };
